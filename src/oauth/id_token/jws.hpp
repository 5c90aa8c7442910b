// A JSON Web Signature in its compact form (RFC 7515 §3.1), taken apart. Nothing in it is proved yet.
#pragma once

#include "oauth/id_token/signature_algorithm.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chutes::oauth {

struct Jws {
  SignatureAlgorithm algorithm = SignatureAlgorithm::rs256;
  std::optional<std::string> key_id;
  std::string signed_text; // header and payload as they were signed
  std::string payload;     // decoded, as is the signature
  std::string signature;
};

// Throws Error{not_authorized} unless `text` is three parts of base64url, and its header a JSON object that
// names an algorithm of the closed list, wants nothing understood that is not (`crit`, RFC 7515 §4.1.11), and
// does not say that this is another kind of token (`typ`, RFC 8725 §3.11).
[[nodiscard]] Jws parse_jws(std::string_view text);

// The decoded payload alone, for a token whose signature is not looked at. Throws the same for what is not
// three parts of base64url.
[[nodiscard]] std::string jws_payload(std::string_view text);

} // namespace chutes::oauth
