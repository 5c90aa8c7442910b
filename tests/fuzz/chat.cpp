// Fuzzes the reader of chat answers: the fast path for similar chunks (service/chat/chunk_fast_path) gives
// the same result as parsing each chunk, however the stream is cut. The first line of an input cuts the
// stream; each other line is the data of an event, or raw text after a '!'.
#include "base/json_fields.hpp"
#include "fuzz/fuzz.hpp"
#include "service/chat/chat_completion.hpp"

#include <nlohmann/json.hpp>

#include <string>

using namespace chutes;
using namespace chutes::service;

namespace {

// Records what it receives, in order.
class Log final : public ChatListener {
public:
  explicit Log(std::string& said) : m_said(said) {}
  void text(std::string_view piece) override { note("\ntext ", piece); }
  void reasoning(std::string_view piece) override { note("\nreasoning ", piece); }

private:
  void note(std::string_view kind, std::string_view piece) {
    if (m_kind != kind)
      m_said += kind;
    m_kind = kind;
    m_said += piece;
  }

  std::string& m_said;
  std::string_view m_kind;
};

struct Heard {
  std::string said;
  ChatOutcome outcome;
  friend bool operator==(const Heard&, const Heard&) = default;
};

Heard hear(std::string_view bytes, std::string_view cuts, bool streamed = true) {
  Heard heard;
  Log log{heard.said};
  ChatReader reader{log, streamed};
  fuzz::in_pieces(bytes, cuts, [&](std::string_view piece) { reader.feed(piece); });
  heard.outcome = reader.finish(false);
  return heard;
}

// A number of spaces unique to each event, so that no event resembles another.
std::string blanks(std::size_t number) {
  std::string text;
  for (int bit = 0; bit < 14; ++bit)
    text += (number >> bit & 1U) == 1U ? '\t' : ' ';
  return text;
}

std::string stream_of(std::string_view lines, bool alike) {
  std::string stream;
  for (std::size_t number = 1; !lines.empty(); ++number) {
    const auto line = fuzz::take_line(lines);
    if (line.starts_with('!'))
      stream += std::string{line.substr(1)} + "\n";
    else
      stream += "data: " + std::string{line} +
                (alike || line.empty() || line == "[DONE]" ? "" : blanks(number)) + "\n\n";
  }
  return stream;
}

void check(const ChatOutcome& outcome) {
  fuzz::require(parse_json(outcome.response).has_value() ||
                (outcome.response.empty() && outcome.empty)); // no part of one came
  fuzz::require((outcome.end == ChatEnd::failed) == !outcome.error.empty());
  fuzz::require_line(outcome.error, 400);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input{fuzz::text_of(data, size)};
  if (input.find('\r') != std::string::npos)
    return 0; // it would end lines too
  std::string_view lines{input};
  const auto cuts = fuzz::take_line(lines);
  const auto heard = hear(stream_of(lines, true), {});
  check(heard.outcome);
  fuzz::require(hear(stream_of(lines, false), {}) == heard);
  fuzz::require(hear(stream_of(lines, true), cuts) == heard);
  check(hear(lines, cuts, false).outcome);
  return 0;
}
