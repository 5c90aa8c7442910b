#include "session/vault.hpp"

#include "session/unreadable_record.hpp"

#include <algorithm>
#include <chrono>

namespace chutes::session {

std::optional<Credentials> Vault::find_session() const {
  const auto secret = m_keychain.find(key("session"));
  if (!secret)
    return std::nullopt;
  return decode_credentials(*secret, m_profile);
}

Stored<Credentials> Vault::look_up_session() const {
  return look_up([this] { return find_session(); });
}

Stored<Secret> Vault::look_up_api_key() const {
  return look_up([this] { return find_api_key(); });
}

std::optional<Credentials> Vault::find_readable_session() const {
  try {
    return find_session();
  } catch (const UnreadableRecord&) {
    return std::nullopt;
  }
}

void Vault::keep(const Credentials& credentials) {
  keep(key("session"), "Chutes session (" + m_profile + ")", encode(credentials));
}

bool Vault::remove_session() {
  return m_keychain.remove(key("session"));
}

std::optional<ClientRegistration> Vault::find_registration() const {
  const auto secret = m_keychain.find(key("client"));
  if (!secret)
    return std::nullopt;
  return decode_registration(*secret);
}

std::optional<ClientRegistration> Vault::find_readable_registration() const {
  try {
    return find_registration();
  } catch (const UnreadableRecord&) {
    return std::nullopt;
  }
}

std::optional<ClientRegistration> Vault::registration_of(const std::string& client_id) const {
  auto stored = look_up([this] { return find_registration(); });
  auto* registration = std::get_if<ClientRegistration>(&stored);
  if (registration == nullptr || registration->client_id != client_id)
    return std::nullopt;
  return std::move(*registration);
}

void Vault::keep(const ClientRegistration& registration) {
  auto kept = registration;
  const auto before = find_readable_registration();
  if (before && before->client_id == kept.client_id && before->made_by_setup) {
    kept.made_by_setup = true;
    for (const auto& uri : before->redirect_uris)
      if (std::find(kept.redirect_uris.begin(), kept.redirect_uris.end(), uri) == kept.redirect_uris.end())
        kept.redirect_uris.push_back(uri);
  }
  keep(key("client"), "Chutes client registration (" + m_profile + ")", encode(kept));
}

void Vault::keep_api_key(const Secret& api_key) {
  keep(key("api_key"), "Chutes API key (" + m_profile + ")", api_key);
}

void Vault::keep_client_secret(const std::string& client_id, const Secret& secret) {
  keep(key("client:" + client_id), "Chutes app secret (" + client_id + ")", secret);
}

bool Vault::remove_all() {
  bool any = false;
  for (const auto& item : m_keychain.list())
    if (item.profile == m_profile && item.issuer == m_issuer && item.kind.starts_with("client:"))
      any = m_keychain.remove(item) || any;
  for (const char* kind : {"session", "client", "api_key"})
    any = m_keychain.remove(key(kind)) || any;
  return any;
}

void Vault::keep(const KeychainKey& key, const std::string& label, const Secret& secret) {
  m_keychain.store(key, label, secret);
  const auto kept = m_keychain.find(key);
  if (!kept || !(*kept == secret))
    throw Error{ErrorKind::keychain,
                "the keychain accepted the " + key.kind.substr(0, key.kind.find(':')) +
                    " but does not return it",
                "inspect it with the desktop's keyring viewer"};
}

std::unique_ptr<HeldLock> Vault::lock(ProcessLock& locks) const {
  return m_keychain.lock(m_profile, locks, refresh_limit + std::chrono::seconds{15});
}

ClientRegistration client_for_session(const Credentials& credentials, const Vault& vault,
                                      const Environment& environment) {
  const auto from_environment = registration_from(environment);
  if (from_environment && from_environment->client_id == credentials.client_id &&
      from_environment->client_secret)
    return *from_environment;
  const auto stored = vault.find_registration();
  if (stored && stored->client_id == credentials.client_id)
    return *stored;
  return {credentials.client_id, vault.find_client_secret(credentials.client_id), {}};
}

} // namespace chutes::session
