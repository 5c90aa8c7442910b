// What the service says to a signature with a hotkey. The sandbox verifies none: every one is wrong.
#pragma once

#include <string>

namespace chutes::sandbox {

inline constexpr const char* expired_nonce = "Invalid or expired nonce. Please try again.";

// Returns why this signature is refused.
[[nodiscard]] inline std::string signature_flaw(const std::string& signature) {
  const bool hexadecimal =
      signature.size() % 2 == 0 && signature.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  return hexadecimal ? "Invalid signature" : "Invalid signature format";
}

} // namespace chutes::sandbox
