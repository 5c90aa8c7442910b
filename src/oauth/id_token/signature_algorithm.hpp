// The signatures that are believed, as a closed list: public keys only, and none that is known to be weak.
#pragma once

#include <optional>
#include <string_view>

namespace chutes::oauth {

enum class SignatureAlgorithm { rs256, ps256, es256, ed25519 };

// RS256, PS256 and ES256 (RFC 7518 §3.1), EdDSA (RFC 8037 §3.1), by its newer name Ed25519 too (RFC 9864
// §2.2). Absent for every other name: "none", and the HS family, whose key would be one that others hold as
// well.
[[nodiscard]] std::optional<SignatureAlgorithm> signature_algorithm(std::string_view name);

} // namespace chutes::oauth
