// One profile's secrets at one authorization server, in the keychain: its session, its client registration
// and, on request, an API key and the secrets of apps that the user registered.
#pragma once

#include "platform/environment.hpp"
#include "platform/keychain.hpp"
#include "platform/process_lock.hpp"
#include "session/client_registration.hpp"
#include "session/credentials.hpp"
#include "session/stored.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace chutes::session {

// How long a refresh may take from its mark to the stored tokens: a younger mark may be that of a process
// that still waits for its answer.
inline constexpr std::chrono::seconds refresh_limit{60};

// `keep` stores a record, reads it back and compares it before it returns. Every call throws what
// `keychain` throws, and UnreadableRecord if a record is damaged or of a newer version.
class Vault {
public:
  Vault(Keychain& keychain, std::string profile, std::string issuer)
      : m_keychain(keychain), m_profile(std::move(profile)), m_issuer(std::move(issuer)) {}

  [[nodiscard]] const std::string& profile() const { return m_profile; }
  [[nodiscard]] const std::string& issuer() const { return m_issuer; }

  [[nodiscard]] std::optional<Credentials> find_session() const;
  // Also absent if the record is damaged or of a newer version; for callers that replace or remove it.
  [[nodiscard]] std::optional<Credentials> find_readable_session() const;
  [[nodiscard]] Stored<Credentials> look_up_session() const; // throws nothing about the store
  void keep(const Credentials& credentials);
  bool remove_session(); // false: there was none

  [[nodiscard]] std::optional<ClientRegistration> find_registration() const;
  [[nodiscard]] std::optional<ClientRegistration> find_readable_registration() const; // likewise
  // The registration of this client; absent if none of it is stored, or the store cannot be read.
  [[nodiscard]] std::optional<ClientRegistration> registration_of(const std::string& client_id) const;
  // A client that was made by setup stays so when it is stored again, and keeps the redirect URIs that it
  // registered.
  void keep(const ClientRegistration& registration);

  // An API key that the user asked to keep (`setup --keep-api-key`).
  [[nodiscard]] std::optional<Secret> find_api_key() const { return m_keychain.find(key("api_key")); }
  [[nodiscard]] Stored<Secret> look_up_api_key() const; // throws nothing about the store
  void keep_api_key(const Secret& api_key);

  // The client secret of an app that the user registered (`app create`).
  [[nodiscard]] std::optional<Secret> find_client_secret(const std::string& client_id) const {
    return m_keychain.find(key("client:" + client_id));
  }
  void keep_client_secret(const std::string& client_id, const Secret& secret);
  bool remove_client_secret(const std::string& client_id) { // false: there was none
    return m_keychain.remove(key("client:" + client_id));
  }

  // Removes everything; false if there was nothing.
  bool remove_all();

  // Acquires the lock under which the profile's session is changed: by a refresh, a sign-in or a sign-out.
  // Waits longer than one refresh may take. Throws as Keychain::lock.
  [[nodiscard]] std::unique_ptr<HeldLock> lock(ProcessLock& locks) const;

private:
  [[nodiscard]] KeychainKey key(std::string kind) const { return {m_profile, m_issuer, std::move(kind)}; }
  void keep(const KeychainKey& key, const std::string& label, const Secret& secret);

  Keychain& m_keychain;
  std::string m_profile;
  std::string m_issuer;
};

// Returns the registration of the client that a session's tokens were issued to: the environment's if that is
// the same client with its secret, else the vault's, else the id, with a secret kept for it. Throws as vault.
[[nodiscard]] ClientRegistration client_for_session(const Credentials& credentials, const Vault& vault,
                                                    const Environment& environment);

} // namespace chutes::session
