// The stores over a file system in memory, and what most of their tests say.
#pragma once

#include "base/error.hpp"
#include "fakes/private_files.hpp"
#include "fakes/random.hpp"
#include "store/encryption.hpp"
#include "store/file_store.hpp"

#include <doctest/doctest.h>

namespace chutes::store {

inline const std::string issuer = "https://idp.example";
inline const KeychainKey session_key{"default", issuer, "session"};
inline const KeychainKey client_key{"default", issuer, "client"};

// The text of the Error that `work` ends with; empty if it ends well.
template <typename Work>
std::string failure_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    CHECK(is_store_failure(error.kind()));
    CHECK_FALSE(error.hint().empty());
    return error.what();
  }
  return "";
}

// Gives one passphrase and counts how often it was wanted.
class FixedPassphrase final : public PassphraseSource {
public:
  struct Log {
    std::string passphrase = "correct horse";
    bool quiet = true; // known without asking
    int opened = 0;
    int created = 0;
  };
  explicit FixedPassphrase(Log& log) : m_log(log) {}

  Secret obtain(PassphraseUse use, const std::string&) override {
    ++(use == PassphraseUse::open ? m_log.opened : m_log.created);
    return Secret{m_log.passphrase};
  }
  std::optional<Secret> without_asking() override {
    return m_log.quiet ? std::optional{Secret{m_log.passphrase}} : std::nullopt;
  }

private:
  Log& m_log;
};

struct StoreFixture {
  fakes::MemoryFileSystem files;
  fakes::CountingRandom random;
  FixedPassphrase::Log asked;

  // Each is a process of its own: nothing is remembered from one to the next.
  [[nodiscard]] FileStore encrypted() {
    return {files, "/data", std::make_unique<Encryption>(std::make_unique<FixedPassphrase>(asked), random)};
  }
  [[nodiscard]] FileStore plain() { return {files, "/data", std::make_unique<NoProtection>()}; }

  [[nodiscard]] std::string content(const std::string& name) const {
    const auto found = files.files.find("/data/" + name);
    return found == files.files.end() ? "" : found->second.reveal();
  }
  void put(const std::string& name, const std::string& content) {
    files.files.insert_or_assign("/data/" + name, Secret{content});
  }
};

} // namespace chutes::store
