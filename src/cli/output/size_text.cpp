#include "cli/output/size_text.hpp"

#include <array>
#include <cstdio>

namespace chutes::cli {

std::string size_text(std::uint64_t bytes) {
  constexpr double kibi = 1024;
  const auto count = static_cast<double>(bytes);
  if (count < kibi)
    return std::to_string(bytes) + " bytes";
  const bool mebi = count >= kibi * kibi;
  std::array<char, 32> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "%.1f %s", count / (mebi ? kibi * kibi : kibi),
                                  mebi ? "MiB" : "KiB"));
  return text.data();
}

} // namespace chutes::cli
