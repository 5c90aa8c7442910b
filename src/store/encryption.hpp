// The protection of `--store file`: AES-256-GCM under a key that scrypt makes of a passphrase.
#pragma once

#include "platform/random.hpp"
#include "store/passphrase.hpp"
#include "store/protection.hpp"
#include "store/sealed_file.hpp"

#include <map>
#include <memory>
#include <optional>

namespace chutes::store {

// One passphrase serves all files. It and the keys made of it are kept until the object goes away, then
// wiped, so that a file costs one derivation in a process, however often it is read and written.
class Encryption final : public Protection {
public:
  Encryption(std::unique_ptr<PassphraseSource> passphrases, Random& random)
      : m_passphrases(std::move(passphrases)), m_random(random) {}

  [[nodiscard]] const char* file_suffix() const override { return ".encrypted"; }
  bool ready() override;
  void begin(const std::string& path) override;
  Secret open(const Secret& content, const std::string& path) override;
  Secret seal(const Secret& document, const std::string& path) override;

private:
  struct DerivedKey {
    ScryptCost cost;
    std::string salt;
    Secret key;
  };
  const Secret& passphrase(PassphraseUse use, const std::string& path);
  const Secret& key_of(const SealHeader& header, const std::string& path);
  std::string chance(std::size_t length);

  std::unique_ptr<PassphraseSource> m_passphrases;
  Random& m_random;
  std::optional<Secret> m_passphrase;
  std::map<std::string, DerivedKey> m_keys; // by path
};

} // namespace chutes::store
