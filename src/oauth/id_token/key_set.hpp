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
  std::optional<SignatureAlgorithm> algorithm; // `alg`: the only one it is meant for, where the set says so
  PublicKey key;

  [[nodiscard]] bool serves(SignatureAlgorithm wanted) const {
    return key.suits(wanted) && (!algorithm || *algorithm == wanted);
  }
};

using KeySet = std::vector<SigningKey>;

// Absent unless `json` is a key set of at most a hundred keys. Keys of unknown kinds, for other uses, too
// weak or malformed are left out (RFC 7517 §5), and so are those that hold a secret part, which then is no
// secret.
[[nodiscard]] std::optional<KeySet> parse_key_set(std::string_view json);

// The keys that may have made such a signature: those of that id; without one, the only key that serves
// (OpenID Connect Core §10.1: where there are several, the id must be given).
[[nodiscard]] KeySet keys_for(const KeySet& keys, SignatureAlgorithm algorithm,
                              const std::optional<std::string>& id);

} // namespace chutes::oauth
