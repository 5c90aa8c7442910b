// Fuzzes the key set: every accepted key can verify a signature, and none accepts a forged one.
#include "fuzz/fuzz.hpp"
#include "oauth/id_token/key_set.hpp"

using namespace chutes;
using namespace chutes::oauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto keys = parse_key_set(fuzz::text_of(data, size));
  if (!keys)
    return 0;
  fuzz::require(keys->size() <= 100);
  for (const auto algorithm : {SignatureAlgorithm::rs256, SignatureAlgorithm::ps256,
                               SignatureAlgorithm::es256, SignatureAlgorithm::ed25519}) {
    for (const auto& found : keys_for(*keys, algorithm, std::nullopt))
      fuzz::require(found.serves(algorithm));
    for (const auto& key : *keys)
      fuzz::require(!key.key.verifies(algorithm, "text", std::string(64, 'x')));
  }
  return 0;
}
