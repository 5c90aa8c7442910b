// Runs a fuzz target over the files in the given folder: the seeds and all inputs that a fuzzer found.
#include "fuzz/fuzz.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

int main(int count, char** words) {
  if (count != 2)
    return 2;
  int replayed = 0;
  for (const auto& entry : std::filesystem::directory_iterator{words[1]}) {
    std::ifstream file{entry.path(), std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++replayed;
  }
  static_cast<void>(std::printf("%d inputs\n", replayed));
  return replayed > 0 ? 0 : 1;
}
