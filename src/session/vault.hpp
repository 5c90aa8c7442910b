// One profile's secrets at one authorization server, in the keychain: its session, its client registration
// and, if wanted, an API key and the secrets of apps it registered.
#pragma once

#include "platform/keychain.hpp"
#include "session/client_registration.hpp"
#include "session/credentials.hpp"

#include <optional>
#include <string>

namespace chutes::session {

// What is stored is read back and compared before `keep` returns: a session is never reported as kept when it
// is not. Every call throws Error{keychain} when the keychain is not to be had.
class Vault {
public:
  Vault(Keychain& keychain, std::string profile, std::string issuer)
      : m_keychain(keychain), m_profile(std::move(profile)), m_issuer(std::move(issuer)) {}

  [[nodiscard]] const std::string& profile() const { return m_profile; }
  [[nodiscard]] const std::string& issuer() const { return m_issuer; }

  [[nodiscard]] std::optional<Credentials> find_session() const;
  // The same for who is about to replace or remove it: what is damaged or of a newer version counts as
  // absent.
  [[nodiscard]] std::optional<Credentials> find_readable_session() const;
  void keep(const Credentials& credentials);
  bool remove_session(); // false: there was none

  [[nodiscard]] std::optional<ClientRegistration> find_registration() const;
  [[nodiscard]] std::optional<ClientRegistration> find_readable_registration() const; // as for the session
  void keep(const ClientRegistration& registration);

  // An API key the user wanted kept (`setup --keep-api-key`).
  [[nodiscard]] std::optional<Secret> find_api_key() const { return m_keychain.find(key("api_key")); }
  void keep_api_key(const Secret& api_key);

  // The secret of an app that this user registered (`app create`), by its client id.
  [[nodiscard]] std::optional<Secret> find_client_secret(const std::string& client_id) const {
    return m_keychain.find(key("client:" + client_id));
  }
  void keep_client_secret(const std::string& client_id, const Secret& secret);
  bool remove_client_secret(const std::string& client_id) { // false: there was none
    return m_keychain.remove(key("client:" + client_id));
  }

  // Removes all of that; false if there was nothing.
  bool remove_all();

private:
  [[nodiscard]] KeychainKey key(std::string kind) const { return {m_profile, m_issuer, std::move(kind)}; }
  void keep(const KeychainKey& key, const std::string& label, const Secret& secret);

  Keychain& m_keychain;
  std::string m_profile;
  std::string m_issuer;
};

} // namespace chutes::session
