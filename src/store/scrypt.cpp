#include "store/scrypt.hpp"

#include "base/error.hpp"

#include <openssl/evp.h>

namespace chutes::store {

Secret scrypt(const Secret& passphrase, const std::string& salt, const ScryptCost& cost, std::size_t length) {
  constexpr std::uint64_t memory_limit = 320ULL * 1024 * 1024;
  std::string key(length, '\0');
  const auto& text = passphrase.reveal();
  if (EVP_PBE_scrypt(text.data(), text.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                     salt.size(), std::uint64_t{1} << cost.log2_n, cost.r, cost.p, memory_limit,
                     reinterpret_cast<unsigned char*>(key.data()), key.size()) != 1)
    throw Error{ErrorKind::internal, "OpenSSL could not derive a key from the passphrase",
                "check the available memory, and whether OpenSSL is limited to FIPS algorithms"};
  return Secret{std::move(key)};
}

} // namespace chutes::store
