#include "oauth/id_token/key_set.hpp"

#include "base/base64.hpp"
#include "base/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace chutes::oauth {
namespace {

constexpr std::size_t most_keys = 100;

// The decoded bytes of a member; empty if it is absent or not base64url.
std::string bytes_of(const Json& key, const char* name) {
  return base64url_decode(string_field(key, name).value_or("")).value_or("");
}

bool is_for_verifying(const Json& key) {
  if (find_field(key, "use") != nullptr && string_field(key, "use") != "sig")
    return false;
  const Json* operations = find_field(key, "key_ops");
  return operations == nullptr || (operations->is_array() && std::find(operations->begin(), operations->end(),
                                                                       "verify") != operations->end());
}

bool discloses_private_part(const Json& key) {
  return find_field(key, "d") != nullptr || find_field(key, "k") != nullptr;
}

std::optional<PublicKey> public_key(const Json& key) {
  const auto kind = string_field(key, "kty");
  const auto curve = string_field(key, "crv");
  if (kind == "RSA")
    return PublicKey::rsa(bytes_of(key, "n"), bytes_of(key, "e"));
  if (kind == "EC" && curve == "P-256")
    return PublicKey::p256(bytes_of(key, "x"), bytes_of(key, "y"));
  if (kind == "OKP" && curve == "Ed25519")
    return PublicKey::ed25519(bytes_of(key, "x"));
  return std::nullopt;
}

std::optional<SigningKey> signing_key(const Json& key) {
  if (!key.is_object() || !is_for_verifying(key) || discloses_private_part(key))
    return std::nullopt;
  std::optional<SignatureAlgorithm> algorithm;
  if (find_field(key, "alg") != nullptr) {
    algorithm = signature_algorithm(string_field(key, "alg").value_or(""));
    if (!algorithm)
      return std::nullopt;
  }
  auto made = public_key(key);
  if (!made)
    return std::nullopt;
  return SigningKey{string_field(key, "kid"), algorithm, std::move(*made)};
}

} // namespace

std::optional<KeySet> parse_key_set(std::string_view json) {
  const auto document = parse_json(json);
  const Json* keys = document ? find_field(*document, "keys") : nullptr;
  if (keys == nullptr || !keys->is_array() || keys->size() > most_keys)
    return std::nullopt;
  KeySet set;
  for (const auto& key : *keys)
    if (auto usable = signing_key(key))
      set.push_back(std::move(*usable));
  return set;
}

KeySet keys_for(const KeySet& keys, SignatureAlgorithm algorithm, const std::optional<std::string>& id) {
  KeySet found;
  std::copy_if(keys.begin(), keys.end(), std::back_inserter(found),
               [&](const SigningKey& key) { return key.serves(algorithm) && (!id || key.id == id); });
  if (!id && found.size() > 1)
    found.clear();
  return found;
}

} // namespace chutes::oauth
