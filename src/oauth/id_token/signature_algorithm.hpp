// The signature algorithms that are accepted, a closed list: only public keys, and none that is known to be
// weak.
#pragma once

#include <optional>
#include <string_view>

namespace chutes::oauth {

enum class SignatureAlgorithm { rs256, ps256, es256, ed25519 };

// Finds RS256, PS256 and ES256 (RFC 7518 §3.1), and EdDSA (RFC 8037 §3.1), also as Ed25519 (RFC 9864 §2.2).
// Absent for every other name, among them "none" and the HS family, whose key is shared with others.
[[nodiscard]] std::optional<SignatureAlgorithm> signature_algorithm(std::string_view name);

} // namespace chutes::oauth
