// Numbers and flags written as text, which the service accepts where its types are numbers and flags
// (pydantic's lax rules).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace chutes::sandbox {

inline constexpr const char* unreadable_integer =
    "Input should be a valid integer, unable to parse string as an integer";
inline constexpr const char* unreadable_flag = "Input should be a valid boolean, unable to interpret input";

// "7", " +7 ", "7.0"; what 64 bits cannot hold becomes the largest or smallest number that they can.
[[nodiscard]] std::optional<std::int64_t> lax_integer(const std::string& text);
// "true", "1", "yes", "on", "t", "y" and their opposites, in any case.
[[nodiscard]] std::optional<bool> lax_flag(const std::string& text);

} // namespace chutes::sandbox
