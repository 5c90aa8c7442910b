// The desktop's Secret Service as keychain, through libsecret with an encrypted session; a
// stored secret is read in a shorter way (secret_reader.hpp). Every call is bounded: three seconds in all,
// explained after one, and where dialogs are allowed the time of each. A locked keychain is distinguished
// from an empty one, and a service without a default keyring is `failing`, because nothing could be kept in
// it.
#pragma once

#include "linux/process/signal_watch.hpp"
#include "platform/environment.hpp"
#include "platform/keychain.hpp"
#include "platform/terminal.hpp"

#include <memory>

namespace chutes::on_linux {

class SecretServiceSession;

class SecretServiceKeychain final : public Keychain {
public:
  // Loads and connects nothing yet.
  SecretServiceKeychain(const Environment& environment, SignalWatch& signals, Terminal& terminal);
  ~SecretServiceKeychain() override;
  SecretServiceKeychain(const SecretServiceKeychain&) = delete;
  SecretServiceKeychain& operator=(const SecretServiceKeychain&) = delete;

  void allow_dialogs(std::chrono::seconds limit) override { m_dialog_limit = limit; }
  std::optional<Secret> find(const KeychainKey& key) override;
  void store(const KeychainKey& key, const std::string& label, const Secret& secret) override;
  // Unlocks what the profile has, writes a probe and erases it. Where the service would show a dialog for
  // that it is spared: then a `store` can succeed if dialogs are allowed, and cannot if not.
  void prepare(const KeychainKey& key) override;
  bool remove(const KeychainKey& key) override;
  // A name on the keychain's bus (bus_lock.hpp), or the user's lock where there can be none.
  std::unique_ptr<HeldLock> lock(const std::string& profile, ProcessLock& locks,
                                 std::chrono::milliseconds patience) override;
  std::vector<KeychainKey> list() override;
  KeychainState state(std::string* detail) noexcept override;

private:
  // The short way, unless the long one is open already. Absent: only the long way can tell.
  std::optional<Secret> read(const KeychainKey& key, SteadyInstant began);
  // Calls `work` with the session, opened if need be, and a deadline for both.
  template <typename Work>
  auto in_session(Work work, SteadyInstant began = std::chrono::steady_clock::now());

  const Environment& m_environment;
  SignalWatch& m_signals;
  Terminal& m_terminal;
  std::optional<std::chrono::seconds> m_dialog_limit; // absent: no dialogs
  std::unique_ptr<SecretServiceSession> m_session;
};

} // namespace chutes::on_linux
