#include "linux/keychain/secret_service_keychain.hpp"

#include "base/ascii.hpp"
#include "linux/keychain/keychain_error.hpp"
#include "linux/keychain/secret_reader.hpp"
#include "linux/keychain/secret_service_session.hpp"

#include <algorithm>
#include <cstring>
#include <sys/stat.h>

namespace chutes::on_linux {
namespace {

using Session = SecretServiceSession;

// Whether there is a bus to connect to. GLib would try to start one ("autolaunch:") where none is named.
bool bus_is_named(const Environment& environment) {
  if (const auto address = environment.find("DBUS_SESSION_BUS_ADDRESS"))
    return !address->starts_with("autolaunch:");
  const auto runtime = environment.find("XDG_RUNTIME_DIR");
  struct stat facts {};
  return runtime && ::stat((*runtime + "/bus").c_str(), &facts) == 0;
}

// Where the bus is, if that needs no more than to connect to a socket whose name is written as it is.
std::string plain_bus_address(const Environment& environment) {
  if (environment.find("SECRET_SERVICE_BUS_NAME"))
    return {}; // libsecret's own word for another service
  const auto runtime = environment.find("XDG_RUNTIME_DIR");
  const auto address =
      environment.find("DBUS_SESSION_BUS_ADDRESS").value_or("unix:path=" + runtime.value_or("") + "/bus");
  const bool plain = std::all_of(address.begin(), address.end(), [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view{"-_/.:=,;%"}.find(c) != std::string_view::npos;
  });
  return plain && address.starts_with("unix:") ? address : std::string{};
}

bool any_locked(const Session::Items& items) {
  return std::any_of(items.begin(), items.end(), [](const auto& item) { return item.locked; });
}

// Where a search finds nothing this tells what that means: gnome-keyring does not know what a locked keyring
// holds.
void require_keyring(Session& session, const KeychainDeadline& deadline) {
  const auto keyring = session.default_keyring(deadline);
  if (keyring == Session::DefaultKeyring::locked)
    throw keychain_locked();
  if (keyring == Session::DefaultKeyring::none)
    throw keychain_without_keyring();
}

// Leaves one item of the key, the one that holds `secret`; others may have come from other programs.
void remove_duplicates(Session& session, const KeychainKey& key, const Secret& secret,
                       const KeychainDeadline& deadline) {
  if (session.search(key, Session::Content::left, deadline).size() < 2)
    return;
  const auto items = session.search(key, Session::Content::loaded, deadline);
  auto kept = std::find_if(items.begin(), items.end(),
                           [&](const auto& item) { return session.content_of(item) == secret; });
  if (kept == items.end())
    kept = items.begin(); // somebody has replaced it already: the newest is theirs
  for (auto item = items.begin(); item != items.end(); ++item)
    if (item != kept && !item->locked)
      session.erase(*item, deadline);
}

} // namespace

SecretServiceKeychain::SecretServiceKeychain(const Environment& environment, SignalWatch& signals,
                                             Terminal& terminal)
    : m_environment(environment), m_signals(signals), m_terminal(terminal) {}

SecretServiceKeychain::~SecretServiceKeychain() = default;

std::optional<Secret> SecretServiceKeychain::read(const KeychainKey& key, SteadyInstant began) {
  const auto address = plain_bus_address(m_environment);
  if (m_session || address.empty() || !bus_is_named(m_environment))
    return std::nullopt;
  bool said = false;
  const auto wait = [&](int fd, short events) {
    if (!said && m_signals.wait(fd, events, began + keychain_silence))
      return;
    if (!said)
      explain_keychain_silence(m_terminal);
    said = true;
    if (!m_signals.wait(fd, events, began + keychain_limit))
      throw keychain_silent();
  };
  return read_secret(address, key, wait);
}

template <typename Work>
auto SecretServiceKeychain::in_session(Work work, SteadyInstant began) {
  if (!bus_is_named(m_environment))
    throw keychain_absent("there is no session bus");
  std::string why;
  const auto* library = LibsecretLibrary::load(why);
  if (library == nullptr)
    throw keychain_absent(why);
  const KeychainDeadline deadline{*library, m_signals, m_terminal, began};
  try {
    if (!m_session) {
      m_session = std::make_unique<Session>(*library, m_signals);
      m_session->connect(deadline);
    }
    return work(*m_session, deadline);
  } catch (...) {
    m_session.reset(); // a failed service may have a successor that knows nothing of this session
    throw;
  }
}

std::optional<Secret> SecretServiceKeychain::find(const KeychainKey& key) {
  const auto began = std::chrono::steady_clock::now();
  if (auto secret = read(key, began))
    return secret;
  const auto look = [&](Session& session, const KeychainDeadline& deadline) -> std::optional<Secret> {
    const auto items = session.search(key, Session::Content::loaded, deadline);
    for (const auto& item : items)
      if (auto secret = item.locked ? std::nullopt : session.content_of(item))
        return secret;
    if (any_locked(items))
      throw keychain_locked();
    require_keyring(session, deadline);
    return std::nullopt;
  };
  return in_session(look, began);
}

void SecretServiceKeychain::store(const KeychainKey& key, const std::string& label, const Secret& secret) {
  in_session([&](Session& session, const KeychainDeadline& deadline) {
    require_keyring(session, deadline);
    session.store(key, label, secret, deadline);
    remove_duplicates(session, key, secret, deadline);
  });
}

bool SecretServiceKeychain::remove(const KeychainKey& key) {
  return in_session([&](Session& session, const KeychainDeadline& deadline) {
    const auto items = session.search(key, Session::Content::left, deadline);
    if (any_locked(items))
      throw keychain_locked();
    if (items.empty())
      require_keyring(session, deadline);
    bool removed = false;
    for (const auto& item : items)
      removed = session.erase(item, deadline) || removed;
    return removed;
  });
}

std::vector<KeychainKey> SecretServiceKeychain::list() {
  return in_session([&](Session& session, const KeychainDeadline& deadline) {
    const auto items = session.search_all(deadline);
    if (any_locked(items))
      throw keychain_locked();
    if (items.empty())
      require_keyring(session, deadline);
    std::vector<KeychainKey> keys;
    for (const auto& item : items)
      keys.push_back(session.key_of(item));
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
  });
}

KeychainState SecretServiceKeychain::state(std::string* detail) noexcept {
  const auto say = [&](const char* what) {
    if (detail != nullptr)
      *detail = what;
  };
  try {
    in_session(
        [](Session& session, const KeychainDeadline& deadline) { require_keyring(session, deadline); });
    return KeychainState::ok;
  } catch (const KeychainError& error) {
    say(error.what());
    return error.state();
  } catch (const std::exception& error) {
    say(error.what());
    return KeychainState::failing;
  }
}

} // namespace chutes::on_linux
