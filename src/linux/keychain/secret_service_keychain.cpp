#include "linux/keychain/secret_service_keychain.hpp"

#include "base/ascii.hpp"
#include "linux/keychain/bus_lock.hpp"
#include "linux/keychain/keychain_error.hpp"
#include "linux/keychain/secret_reader.hpp"
#include "linux/keychain/secret_service_session.hpp"
#include "linux/keychain/service_names.hpp"

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
  const auto runtime = environment.find_directory("XDG_RUNTIME_DIR");
  struct stat facts {};
  return runtime && ::stat((*runtime + "/bus").c_str(), &facts) == 0;
}

// Where the bus is, if that needs no more than to connect to a socket whose name is written as it is.
std::string plain_bus_address(const Environment& environment) {
  const auto runtime = environment.find_directory("XDG_RUNTIME_DIR");
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

// Ends the short way of reading: the long one finds out whether the service shows a dialog of its own.
struct Silence {};

constexpr std::size_t probe_size = 4096; // bytes: more than a session's or a registration's record has

bool any_open(const Session::Items& items) {
  return std::any_of(items.begin(), items.end(), [](const auto& item) { return !item.locked; });
}

bool none_locked(const Session::Items& items) {
  return !any_locked(items);
}

// What a search finds once enough of it is open; what `related` finds is unlocked all at once, because some
// keyrings ask for each item. A locked keyring may hold locked items, so two dialogs may be needed.
template <typename Search, typename Enough, typename Related>
Session::Items find_open(Session& session, KeychainDeadline& deadline, Search search, Enough enough,
                         Related related) {
  for (int dialogs = 0;; ++dialogs) {
    auto items = search();
    const auto keyring = items.empty() ? session.default_keyring(deadline) : Session::DefaultKeyring::open;
    if (keyring == Session::DefaultKeyring::none)
      throw keychain_without_keyring();
    if (keyring == Session::DefaultKeyring::open && enough(items))
      return items;
    if (!deadline.allows_dialogs())
      throw keychain_locked();
    if (dialogs == 2)
      throw keychain_dismissed();
    if (keyring == Session::DefaultKeyring::locked)
      session.unlock_default_keyring(deadline);
    else
      session.unlock(related(), deadline);
  }
}

void open_default_keyring(Session& session, KeychainDeadline& deadline) {
  static_cast<void>(find_open(
      session, deadline, [] { return Session::Items{}; }, none_locked, [] { return Session::Items{}; }));
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
  const bool other_service = m_environment.find(service_name_variable).has_value(); // libsecret's own word
  if (m_session || other_service || address.empty() || !bus_is_named(m_environment))
    return std::nullopt;
  bool said = false;
  const auto wait = [&](int fd, short events) {
    if (!said && m_signals.wait(fd, events, began + keychain_silence))
      return;
    if (m_dialog_limit)
      throw Silence{};
    if (!said)
      explain_keychain_silence(m_terminal);
    said = true;
    if (!m_signals.wait(fd, events, began + keychain_limit))
      throw keychain_silent(keychain_limit);
  };
  try {
    return read_secret(address, key, wait);
  } catch (const Silence&) {
    return std::nullopt;
  }
}

template <typename Work>
auto SecretServiceKeychain::in_session(Work work, SteadyInstant began) {
  if (!bus_is_named(m_environment))
    throw keychain_absent("there is no session bus");
  std::string why;
  const auto* library = LibsecretLibrary::load(why);
  if (library == nullptr)
    throw keychain_absent(why);
  try {
    KeychainDeadline deadline{*library, m_signals, m_terminal, began, m_dialog_limit};
    if (!m_session) {
      m_session = std::make_unique<Session>(*library, m_signals);
      m_session->connect(m_environment.find(service_name_variable) ? nullptr : kde_service_name, deadline);
    }
    deadline.look_for_life_with([session = m_session.get()] { return session->is_alive(); });
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
  const auto look = [&](Session& session, KeychainDeadline& deadline) -> std::optional<Secret> {
    const auto items = find_open(
        session, deadline, [&] { return session.search(key, Session::Content::loaded, deadline); },
        [](const Session::Items& found) { return found.empty() || any_open(found); },
        [&] { return session.search_profile(key, deadline); });
    for (const auto& item : items)
      if (auto secret = item.locked ? std::nullopt : session.content_of(item))
        return secret;
    return std::nullopt;
  };
  return in_session(look, began);
}

void SecretServiceKeychain::store(const KeychainKey& key, const std::string& label, const Secret& secret) {
  in_session([&](Session& session, KeychainDeadline& deadline) {
    open_default_keyring(session, deadline);
    session.store(key, label, secret, deadline);
    remove_duplicates(session, key, secret, deadline);
  });
}

void SecretServiceKeychain::prepare(const KeychainKey& key) {
  const KeychainKey probe{key.profile, key.issuer, "probe"};
  in_session([&](Session& session, KeychainDeadline& deadline) {
    const auto search = [&] { return session.search_profile(key, deadline); };
    static_cast<void>(find_open(session, deadline, search, none_locked, search));
    open_default_keyring(session, deadline);
    const bool may_ask = deadline.allows_dialogs();
    deadline.refuse_dialogs();
    try {
      session.store(probe, "chutes-login's probe", Secret{std::string(probe_size, 'x')}, deadline);
      for (const auto& item : session.search(probe, Session::Content::left, deadline))
        session.erase(item, deadline);
    } catch (const KeychainError& error) {
      if (!may_ask || error.state() != KeychainState::locked)
        throw;
    }
  });
}

bool SecretServiceKeychain::remove(const KeychainKey& key) {
  return in_session([&](Session& session, KeychainDeadline& deadline) {
    const auto search = [&] { return session.search(key, Session::Content::left, deadline); };
    bool removed = false;
    for (const auto& item : find_open(session, deadline, search, none_locked, search))
      removed = session.erase(item, deadline) || removed;
    return removed;
  });
}

std::unique_ptr<HeldLock> SecretServiceKeychain::lock(const std::string& profile, ProcessLock& locks,
                                                      std::chrono::milliseconds patience) {
  if (!bus_is_named(m_environment))
    throw keychain_absent("there is no session bus");
  const auto address = plain_bus_address(m_environment);
  auto held = address.empty() ? nullptr : lock_on_bus({address, profile, patience}, m_signals, m_terminal);
  return held ? std::move(held) : Keychain::lock(profile, locks, patience);
}

std::vector<KeychainKey> SecretServiceKeychain::list() {
  return in_session([&](Session& session, KeychainDeadline& deadline) {
    const auto search = [&] { return session.search_all(deadline); };
    std::vector<KeychainKey> keys;
    for (const auto& item : find_open(session, deadline, search, none_locked, search))
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
    in_session([](Session& session, KeychainDeadline& deadline) {
      deadline.refuse_dialogs();
      open_default_keyring(session, deadline);
    });
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
