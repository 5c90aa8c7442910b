// Helpers for the fuzz targets. Each target is one file that defines LLVMFuzzerTestOneInput: libFuzzer's
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

// Aborts the process if an input breaks a promise, which is what a fuzzer looks for.
inline void require(bool promise) {
  if (!promise)
    std::abort();
}

// Requires one line without control characters, as every message must be.
inline void require_line(std::string_view text, std::size_t longest) {
  require(text.size() <= longest);
  for (const char c : text)
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

// Removes and returns the first line of `text`, which holds the parameters of an input.
inline std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// The same as the status of a response; 200 if it is not a number.
inline int take_status(std::string_view& text) {
  const auto line = take_line(text);
  int status = 0;
  std::from_chars(line.data(), line.data() + line.size(), status);
  return status >= 200 && status < 600 ? status : 200;
}

// Feeds `text` in pieces whose lengths are given by the letters of `cuts` in turn (a 1, b 2, …; none: all of
// it). Each piece is a separate allocation, so that reading past its end is detected.
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
