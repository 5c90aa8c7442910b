// Fuzzes the reader of chat answers: the fast path for similar chunks (service/chat/chunk_fast_path) gives
// the same result as parsing each chunk; cutting the bytes changes nothing, whatever their framing; what is
// passed on is UTF-8; and after an error nothing is a complete answer. The first line of an input cuts the
// stream; each other line is the data of an event, or raw text after a '!'.
#include "base/lenient_json.hpp"
#include "base/utf8.hpp"
#include "fuzz/fuzz.hpp"
#include "service/chat/chat_completion.hpp"

#include <nlohmann/json.hpp>

#include <array>
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
  bool done = false; // before the end
  friend bool operator==(const Heard&, const Heard&) = default;
};

Heard hear(std::string_view bytes, std::string_view cuts, bool streamed = true) {
  Heard heard;
  Log log{heard.said};
  ChatReader reader{log, streamed};
  fuzz::in_pieces(bytes, cuts, [&](std::string_view piece) { reader.feed(piece); });
  heard.done = reader.done();
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

void check(const Heard& heard) {
  const auto& outcome = heard.outcome;
  fuzz::require(parse_lenient_json(outcome.response).has_value() ||
                (outcome.response.empty() && outcome.empty)); // no part of one came
  fuzz::require((outcome.end == ChatEnd::failed) == !outcome.error.empty());
  fuzz::require(outcome.end == ChatEnd::failed || outcome.ending != Ending::failed);
  fuzz::require(!invalid_utf8_at(heard.said) && !invalid_utf8_at(outcome.response) &&
                !invalid_utf8_at(outcome.text));
  fuzz::require_line(outcome.error, 400);
}

// An error that comes before the end marker makes any answer a failure.
void check_error(const std::string& stream, std::string_view cuts) {
  constexpr std::array<const char*, 4> errors{"data: {\"error\":{\"message\":\"m\"}}\n\n",
                                              "event: error\ndata: m\n\n", "error: {\"message\":\"m\"}\n\n",
                                              "{\n\"error\": \"m\"\n}\n\n"};
  const std::string text = "data: {\"choices\":[]}\n\n" + stream + "\n\n";
  if (!hear(text, {}).done)
    fuzz::require(
        hear(text + errors.at(stream.size() % errors.size()) + "data: [DONE]\n\n", cuts).outcome.end ==
        ChatEnd::failed);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input{fuzz::text_of(data, size)};
  if (input.find('\r') != std::string::npos)
    return 0; // it would end lines too
  std::string_view lines{input};
  const auto cuts = fuzz::take_line(lines);
  const auto stream = stream_of(lines, true);
  const auto heard = hear(stream, {});
  check(heard);
  fuzz::require(hear(stream_of(lines, false), {}) == heard);
  fuzz::require(hear(stream, cuts) == heard);
  check_error(stream, cuts);
  const auto raw = hear(lines, {}, false);
  check(raw);
  fuzz::require(hear(lines, cuts, false) == raw);
  return 0;
}
