// Secrets kept for the user between runs by the desktop's Secret Service (or whatever stands in for it).
#pragma once

#include "base/secret.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes {

// What names an item. `kind` is "session" (tokens), "client" (a client registration with its
// secret), "api_key", or "client:ID" (the secret of an app with that client id).
struct KeychainKey {
  std::string profile;
  std::string issuer; // the authorization server the secret belongs to, as a URL
  std::string kind;

  friend auto operator<=>(const KeychainKey&, const KeychainKey&) = default;
};

enum class KeychainState {
  ok,
  locked,  // items are there but cannot be read before the user unlocks
  absent,  // no session bus, or no Secret Service on it
  failing, // it answered with an error, or not in time
};

// Every call is bounded in time. `find`, `store`, `remove` and `list` throw Error{keychain}, or Error{file} where the items are in a file, in every state
// but `ok`, with a message that names the state and a hint that names the way out. Nothing ever prompts and
// nothing falls back by itself.
class Keychain {
public:
  virtual ~Keychain() = default;
  // Absent: the keychain is readable and there is no such item.
  virtual std::optional<Secret> find(const KeychainKey& key) = 0;
  // Creates or replaces; afterwards exactly one item of that key exists. `label` is shown in keyring viewers.
  virtual void store(const KeychainKey& key, const std::string& label, const Secret& secret) = 0;
  // Throws whatever is known already to keep a later `store` of this key from working, before work is done
  // that would be lost with it.
  virtual void prepare(const KeychainKey& key) { static_cast<void>(find(key)); }
  virtual bool remove(const KeychainKey& key) = 0; // false: there was none
  virtual std::vector<KeychainKey> list() = 0;     // every item of this program, in no order
  // Never throws; `detail` (may be null) hears a sentence about what is wrong.
  virtual KeychainState state(std::string* detail) noexcept = 0;
};

} // namespace chutes
