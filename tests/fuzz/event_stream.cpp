// Fuzzes the event stream decoder: however the bytes are cut, it gives the events that the format defines,
// and at the end also what is unfinished. The first line of an input cuts the rest.
#include "base/event_stream.hpp"

#include "fuzz/fuzz.hpp"

#include <optional>
#include <string>
#include <utility>

using namespace chutes;

namespace {

struct Heard {
  std::vector<std::string> events; // names and data
  std::string stray_lines;
  friend bool operator==(const Heard&, const Heard&) = default;
};

Heard decoded(std::string_view bytes, std::string_view cuts) {
  EventStream stream;
  Heard heard;
  const auto note = [&](std::string_view data) {
    heard.events.push_back(stream.name() + "|" + std::string{data});
  };
  fuzz::in_pieces(bytes, cuts, [&](std::string_view piece) { stream.feed(piece, note); });
  stream.finish(note);
  heard.stray_lines = stream.take_stray_lines();
  return heard;
}

std::string without_prefix(const std::string& text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// The lines of `bytes`: CRLF, CR and LF end them, and the end of the stream.
std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] == '\n' && at > 0 && bytes[at - 1] == '\r')
      continue;
    if (bytes[at] == '\r' || bytes[at] == '\n')
      lines.push_back(std::exchange(line, {}));
    else
      line += bytes[at];
  }
  lines.push_back(line);
  lines.emplace_back(); // completes the last event
  return lines;
}

// A literal, slow implementation of WHATWG HTML §9.2.6, but for the end, which completes an event, and names,
// which need no data.
Heard expected(std::string_view bytes) {
  Heard heard;
  std::optional<std::string> data;
  std::string event;
  bool stray = false;
  auto lines = lines_of(bytes);
  lines.front() = without_prefix(lines.front(), "\xEF\xBB\xBF");
  for (const auto& line : lines) {
    const auto name = line.substr(0, line.find(':'));
    const auto value = without_prefix(without_prefix(line.substr(name.size()), ":"), " ");
    if (line.empty() && (data || !event.empty() || stray)) {
      stray = false;
      heard.events.push_back(std::exchange(event, {}) + "|" + std::exchange(data, std::nullopt).value_or(""));
    } else if (name == "data")
      data = (data ? *data + "\n" : "") + value;
    else if (name == "event")
      event = value;
    else if (!name.empty() && name != "id" && name != "retry") {
      heard.stray_lines += line + "\n";
      stray = true;
    }
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
