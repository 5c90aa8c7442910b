#pragma once

#include "base/error.hpp"
#include "platform/keychain.hpp"

#include <functional>
#include <map>

namespace chutes::fakes {

// Keeps items in memory. With `fail_with` every call fails as in that state; with `lose_writes` items are
// accepted and lost.
class MemoryKeychain final : public Keychain {
public:
  std::map<KeychainKey, Secret> items;
  KeychainState fail_with = KeychainState::ok;
  bool lose_writes = false;
  int failing_writes = 0;         // how many of the next writes fail
  std::function<void()> on_write; // throws what a write fails with
  std::string unreadable;         // a profile whose items cannot be read
  int reads = 0;
  int writes = 0;
  std::optional<std::chrono::seconds> dialog_limit; // absent: no dialogs are allowed

  void allow_dialogs(std::chrono::seconds limit) override { dialog_limit = limit; }
  std::optional<Secret> find(const KeychainKey& key) override {
    ++reads;
    check();
    if (!unreadable.empty() && key.profile == unreadable)
      throw Error{ErrorKind::file, "the file of this profile is damaged", "restore a copy of it"};
    const auto found = items.find(key);
    if (found == items.end())
      return std::nullopt;
    return found->second;
  }
  void store(const KeychainKey& key, const std::string&, const Secret& secret) override {
    ++writes;
    check();
    if (failing_writes > 0 && failing_writes-- > 0)
      throw Error{ErrorKind::keychain, "the keychain did not answer in time", "try again"};
    if (on_write)
      on_write();
    if (!lose_writes)
      items.insert_or_assign(key, secret);
  }
  bool remove(const KeychainKey& key) override {
    check();
    return items.erase(key) > 0;
  }
  std::vector<KeychainKey> list() override {
    check();
    std::vector<KeychainKey> keys;
    for (const auto& [key, secret] : items)
      keys.push_back(key);
    return keys;
  }
  KeychainState state(std::string*) noexcept override { return fail_with; }

private:
  void check() const {
    if (fail_with != KeychainState::ok)
      throw KeychainError{fail_with,
                          fail_with == KeychainState::locked ? "the keychain is locked"
                          : fail_with == KeychainState::failing
                              ? "the keychain did not answer within 3 seconds"
                              : "there is no keychain",
                          "unlock it"};
  }
};

} // namespace chutes::fakes
