// What the fuzzed functions share. Each target is one file that defines LLVMFuzzerTestOneInput: libFuzzer's
// main drives it in .ci/fuzz.sh, and replay.cpp runs the kept inputs through it among the tests.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace chutes::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the process where an input breaks a promise, which is what a fuzzer looks for.
inline void require(bool promise) {
  if (!promise)
    std::abort();
}

// What a message may hold: one line without control characters.
inline void require_line(std::string_view text, std::size_t longest) {
  require(text.size() <= longest);
  for (const char c : text)
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

// Takes the first line off `text`: where an input says more than the text, it says it there.
inline std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// The same where it is the status of an answer; 200 where it is none.
inline int take_status(std::string_view& text) {
  const auto line = take_line(text);
  int status = 0;
  std::from_chars(line.data(), line.data() + line.size(), status);
  return status >= 200 && status < 600 ? status : 200;
}

// Feeds `text` as it may arrive: in pieces whose lengths the letters of `cuts` tell in turns (a 1, b 2, …;
// none: all of it). Each piece lies in memory of its own, so that reading beyond it is noticed.
template <typename Feed>
void in_pieces(std::string_view text, std::string_view cuts, const Feed& feed) {
  for (std::size_t i = 0; !text.empty(); ++i) {
    const std::size_t length = cuts.empty() ? 0 : static_cast<unsigned char>(cuts[i % cuts.size()]) & 31U;
    const auto taken = text.substr(0, length == 0 ? text.size() : length);
    const std::vector<char> piece{taken.begin(), taken.end()};
    feed(std::string_view{piece.data(), piece.size()});
    text.remove_prefix(taken.size());
  }
}

} // namespace chutes::fuzz
