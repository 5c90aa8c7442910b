// Fuzzes the event stream decoder: however the bytes are cut, it gives the events that the format defines.
// The first line of an input cuts the rest.
#include "base/event_stream.hpp"

#include "fuzz/fuzz.hpp"

#include <optional>
#include <string>
#include <utility>

using namespace chutes;

namespace {

struct Heard {
  std::vector<std::string> events;
  std::string rest;
  std::string stray_line;
  friend bool operator==(const Heard&, const Heard&) = default;
};

Heard decoded(std::string_view bytes, std::string_view cuts) {
  EventStream stream;
  Heard heard;
  fuzz::in_pieces(bytes, cuts, [&](std::string_view piece) {
    stream.feed(piece, [&](std::string_view data) { heard.events.emplace_back(data); });
  });
  heard.rest = stream.rest();
  heard.stray_line = stream.stray_line();
  return heard;
}

std::string without_prefix(const std::string& text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// The lines of `bytes` that end with CRLF, CR or LF.
std::vector<std::string> lines_of(std::string_view bytes, std::string& rest) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] == '\n' && at > 0 && bytes[at - 1] == '\r')
      continue;
    if (bytes[at] == '\r' || bytes[at] == '\n')
      lines.push_back(std::exchange(rest, {}));
    else
      rest += bytes[at];
  }
  return lines;
}

// A literal, slow implementation of WHATWG HTML §9.2.6.
Heard expected(std::string_view bytes) {
  Heard heard;
  std::optional<std::string> data;
  auto lines = lines_of(bytes, heard.rest);
  if (!lines.empty())
    lines.front() = without_prefix(lines.front(), "\xEF\xBB\xBF");
  for (const auto& line : lines) {
    const auto name = line.substr(0, line.find(':'));
    if (line.empty() && data)
      heard.events.push_back(*std::exchange(data, std::nullopt));
    else if (name == "data")
      data = (data ? *data + "\n" : "") + without_prefix(without_prefix(line.substr(name.size()), ":"), " ");
    else if (!name.empty() && name != "event" && name != "id" && name != "retry")
      heard.stray_line = line;
  }
  return heard;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto bytes = fuzz::text_of(data, size);
  const auto cuts = fuzz::take_line(bytes);
  const auto heard = expected(bytes);
  fuzz::require(decoded(bytes, {}) == heard);
  fuzz::require(decoded(bytes, "a") == heard);
  fuzz::require(decoded(bytes, cuts) == heard);
  return 0;
}
