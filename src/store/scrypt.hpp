// A key from a passphrase by scrypt (RFC 7914).
#pragma once

#include "base/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace chutes::store {

// The names of RFC 7914 §2; the cost N is 2 to the power of `log2_n`. The defaults take 32 MiB and, on a
// machine of today, less than a tenth of a second.
struct ScryptCost {
  std::uint8_t log2_n = 15;
  std::uint8_t r = 8;
  std::uint8_t p = 1;

  friend bool operator==(const ScryptCost&, const ScryptCost&) = default;
};

// Throws Error{internal} if OpenSSL cannot do it (over 320 MiB, or a FIPS-only installation).
[[nodiscard]] Secret scrypt(const Secret& passphrase, const std::string& salt, const ScryptCost& cost,
                            std::size_t length);

} // namespace chutes::store
