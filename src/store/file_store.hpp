// Secrets in files, one a profile, for machines without a keychain. Used only when the user asks for it.
#pragma once

#include "platform/keychain.hpp"
#include "platform/private_files.hpp"
#include "store/document.hpp"
#include "store/protection.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace chutes::store {

// Nothing read is remembered but keys: every call sees what another process has stored meanwhile, and a
// change is made under the file's lock. What asks for a passphrase or takes long is done before the lock is
// taken. Unlike a keychain, an encrypted store may ask for its passphrase (store/passphrase.hpp).
class FileStore final : public Keychain {
public:
  // `directory` is created at the first write. Absent: there is no place for it (no home), and every use of
  // the store throws Error{keychain}.
  FileStore(PrivateFiles& files, std::optional<std::string> directory, std::unique_ptr<Protection> protection)
      : m_files(files), m_directory(std::move(directory)), m_protection(std::move(protection)) {}

  std::optional<Secret> find(const KeychainKey& key) override;
  void store(const KeychainKey& key, const std::string& label, const Secret& secret) override;
  bool remove(const KeychainKey& key) override; // the last item takes the file with it
  // Locks a file beside the profile's (PROFILE.encrypted.session.lock), which is another than the one that a
  // single write takes.
  std::unique_ptr<HeldLock> lock(const std::string& profile, ProcessLock& locks,
                                 std::chrono::milliseconds patience) override;
  std::vector<KeychainKey> list() override; // opens every file; a profile that cannot be opened by its name
  // Never asks: returns `locked` if there are files and the passphrase would have to be asked for.
  KeychainState state(std::string* detail) noexcept override;
  void prepare(const KeychainKey& key) override;

private:
  [[nodiscard]] const std::string& directory() const;
  [[nodiscard]] std::string path_of(const std::string& profile) const;
  [[nodiscard]] std::vector<std::string> profiles();
  StoredItems load(const std::string& profile);
  void add_keys(const std::string& profile, std::vector<KeychainKey>& keys);
  // Edits the profile's items under the lock; `edit` says whether anything changed.
  void change(const std::string& profile, const std::function<bool(StoredItems&)>& edit);
  void ready_to_seal(const std::string& profile);

  PrivateFiles& m_files;
  std::optional<std::string> m_directory;
  std::unique_ptr<Protection> m_protection;
};

} // namespace chutes::store
