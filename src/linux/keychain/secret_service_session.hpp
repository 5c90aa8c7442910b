// One connection to the Secret Service: libsecret's calls with a limit, with ownership, and with errors that
// say what state the keychain is in. Every call throws Error{keychain}, and Error{interrupted|terminated} on
// a signal.
#pragma once

#include "base/secret.hpp"
#include "linux/keychain/keychain_deadline.hpp"
#include "linux/keychain/libsecret_library.hpp"
#include "platform/keychain.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chutes::on_linux {

class SecretServiceSession {
public:
  SecretServiceSession(const LibsecretLibrary& library, SignalWatch& signals)
      : m_library(library), m_signals(signals) {}

  // Call this first, and once. If no program owns the Secret Service's usual name or can be started for it,
  // connects to `other_name`, unless that is null.
  void connect(const char* other_name, const KeychainDeadline& deadline);

  // Whether the service, which may be busy, is running. Takes half a second at most; from any thread.
  [[nodiscard]] bool is_alive() const;

  struct Item {
    GObjectPointer<SecretItem> handle;
    bool locked = false;
    bool marked = false;        // as this program's, by its schema
    std::uint64_t modified = 0; // seconds since 1970
  };
  // Those of this program before those of others, and the newest first.
  using Items = std::vector<Item>;
  enum class Content { left, loaded };

  // The items of that key, those of a locked keyring among them.
  Items search(const KeychainKey& key, Content content, const KeychainDeadline& deadline);
  // The items of the key's profile at its issuer, of any kind.
  Items search_profile(const KeychainKey& key, const KeychainDeadline& deadline);
  // Every item of this program, by its schema; of a locked keyring perhaps none.
  Items search_all(const KeychainDeadline& deadline);

  enum class DefaultKeyring { none, open, locked };
  DefaultKeyring default_keyring(const KeychainDeadline& deadline);

  // Unlock the locked ones of these items, or the default keyring, by the keyring's dialog. Throw
  // Error{keychain} if that is dismissed, or may not be shown.
  void unlock(const Items& items, const KeychainDeadline& deadline);
  void unlock_default_keyring(const KeychainDeadline& deadline);

  // Creates an item in the default keyring, or replaces one of the same key.
  void store(const KeychainKey& key, const std::string& label, const Secret& secret,
             const KeychainDeadline& deadline);
  // False: it was gone already.
  bool erase(const Item& item, const KeychainDeadline& deadline);

  // Absent if the content was not loaded.
  [[nodiscard]] std::optional<Secret> content_of(const Item& item) const;
  [[nodiscard]] KeychainKey key_of(const Item& item) const;

private:
  SecretService* open(const char* other_name, const KeychainDeadline& deadline);
  GObjectPointer<SecretCollection> default_collection(const KeychainDeadline& deadline);
  void unlock(GList* objects, const KeychainDeadline& deadline);
  template <typename Call>
  auto limited(const KeychainDeadline& deadline, Call call);
  [[noreturn]] void explain(GError* error, const KeychainDeadline& deadline);
  Items search(const SecretSchema* schema, GHashTable* attributes, Content content,
               const KeychainDeadline& deadline);
  // Empty if there is no such attribute.
  [[nodiscard]] std::string attribute_of(SecretItem* item, const char* name) const;

  const LibsecretLibrary& m_library;
  SignalWatch& m_signals;
  GObjectPointer<GDBusConnection> m_bus;
  GObjectPointer<SecretService> m_service;
};

} // namespace chutes::on_linux
