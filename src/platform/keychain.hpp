// Secrets kept for the user between runs by the desktop's Secret Service or a store in its place.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "platform/process_lock.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chutes {

// The name of an item. `kind` is "session" (tokens), "client" (a client registration with its
// secret), "api_key", or "client:ID" (the secret of an app with that client id).
struct KeychainKey {
  std::string profile;
  std::string issuer; // the authorization server the secret belongs to, as a URL
  std::string kind;

  friend auto operator<=>(const KeychainKey&, const KeychainKey&) = default;
};

enum class KeychainState {
  ok,
  locked,  // items are there but cannot be used before the user unlocks them or confirms it
  absent,  // no session bus, or no Secret Service on it
  failing, // it answered with an error, or not in time
};

// A call failed because the keychain as a whole is in this state.
class KeychainError : public Error {
public:
  KeychainError(KeychainState state, const std::string& message, const std::string& hint)
      : Error(ErrorKind::keychain, message, hint), m_state(state) {}
  [[nodiscard]] KeychainState state() const { return m_state; }

private:
  KeychainState m_state;
};

// Every call is bounded in time. `find`, `store`, `remove` and `list` throw Error{keychain}, or Error{file}
// where the items are in a file, in every state but `ok`, with a message that names the state and a hint that
// names the way out. An `absent` keychain throws KeychainError of that state; nothing else does. No call
// falls back to another store.
class Keychain {
public:
  virtual ~Keychain() = default;
  // From now on calls but `state` may show the keychain's own dialogs, to unlock it or to confirm an access,
  // and wait for the user's answer, at most `limit` for each dialog. Without this no call shows one.
  virtual void allow_dialogs(std::chrono::seconds limit) { static_cast<void>(limit); }
  // Absent if the keychain is readable and has no such item.
  virtual std::optional<Secret> find(const KeychainKey& key) = 0;
  // Creates or replaces; afterwards exactly one item of that key exists. `label` is shown in keyring viewers.
  virtual void store(const KeychainKey& key, const std::string& label, const Secret& secret) = 0;
  // Throws if a later `store` of this key would fail, as far as can be known before work is done that would
  // be lost. May write and remove an item of kind "probe".
  virtual void prepare(const KeychainKey& key) { static_cast<void>(find(key)); }
  virtual bool remove(const KeychainKey& key) = 0; // false: there was none
  // Locks what is stored for `profile`, from a read to the write that depends on it, against every process
  // that reads and writes the same items, wherever it runs and whatever its environment says. A keychain
  // without a place of its own for that takes the lock of this user's processes, from `locks`. Waits and
  // throws as ProcessLock, and Error{keychain} where the keychain's own lock fails.
  virtual std::unique_ptr<HeldLock> lock(const std::string& profile, ProcessLock& locks,
                                         std::chrono::milliseconds patience) {
    return locks.acquire("refresh-" + profile, patience);
  }
  // Returns the key of every item of this program, in no order. Of a profile that cannot be read it knows the
  // name only: `issuer` and `kind` are empty, and `find` of that key throws why.
  virtual std::vector<KeychainKey> list() = 0;
  // Never throws; sets `detail` (may be null) to a sentence about what is wrong.
  virtual KeychainState state(std::string* detail) noexcept = 0;
};

} // namespace chutes
