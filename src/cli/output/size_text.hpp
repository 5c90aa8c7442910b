// Numbers of bytes for people.
#pragma once

#include <cstdint>
#include <string>

namespace chutes::cli {

// "512 bytes", "1.5 KiB", "300.0 MiB"
[[nodiscard]] std::string size_text(std::uint64_t bytes);

} // namespace chutes::cli
