// Parses a JSON Web Signature in its compact form (RFC 7515 §3.1). Verifies nothing.
#pragma once

#include "base/error.hpp"
#include "oauth/id_token/signature_algorithm.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chutes::oauth {

struct Jws {
  SignatureAlgorithm algorithm = SignatureAlgorithm::rs256;
  std::optional<std::string> key_id;
  std::string signed_text; // header and payload, as they were signed
  std::string payload;     // decoded, as is the signature
  std::string signature;
};

// Throws Error{not_authorized} unless `text` is three parts of base64url, and its header a JSON object that
// names a supported algorithm, requires no extension (`crit`, RFC 7515 §4.1.11), and does not declare another
// kind of token (`typ`, RFC 8725 §3.11).
[[nodiscard]] Jws parse_jws(std::string_view text);

// Returns only the decoded payload, for a token whose signature is not verified. Throws Error{not_authorized}
// unless `text` is three parts of base64url.
[[nodiscard]] std::string jws_payload(std::string_view text);

// Error{not_authorized} for an ID token; `reason` completes "the server's ID token cannot be trusted: it …".
[[nodiscard]] Error untrusted_id_token(
    const std::string& reason,
    const std::string& hint = "sign in again; if that does not help, report it to the server's operator");

} // namespace chutes::oauth
