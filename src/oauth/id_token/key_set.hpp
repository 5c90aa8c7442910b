// A JSON Web Key Set (RFC 7517 §5): the public keys a server says it signs with.
#pragma once

#include "oauth/id_token/public_key.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::oauth {

struct SigningKey {
  std::optional<std::string> id;               // `kid`
  std::optional<SignatureAlgorithm> algorithm; // `alg`: the only one it may be used with, if given
  PublicKey key;

  [[nodiscard]] bool serves(SignatureAlgorithm wanted) const {
    return key.suits(wanted) && (!algorithm || *algorithm == wanted);
  }
};

using KeySet = std::vector<SigningKey>;

// Parses a key set; absent unless `json` is one of at most a hundred keys. Omits keys that are of an unknown
// kind, for another use, too weak or malformed (RFC 7517 §5), or that disclose their private part.
[[nodiscard]] std::optional<KeySet> parse_key_set(std::string_view json);

// Returns the keys that may have made such a signature: those with that id; without an id, the only key that
// serves (OpenID Connect Core §10.1: with several keys the id is required).
[[nodiscard]] KeySet keys_for(const KeySet& keys, SignatureAlgorithm algorithm,
                              const std::optional<std::string>& id);

} // namespace chutes::oauth
