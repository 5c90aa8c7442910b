// What the fuzzed functions share. Each target is one file that defines LLVMFuzzerTestOneInput: libFuzzer's
// main drives it in .ci/fuzz.sh, and replay.cpp runs the kept inputs through it among the tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

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

} // namespace chutes::fuzz
