#include "linux/secret_service_keychain.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "linux/keychain_deadline.hpp"
#include "linux/libsecret_library.hpp"

#include <sys/stat.h>

#include <algorithm>

namespace chutes::on_linux {
namespace {

constexpr const char* schema_name = "ai.chutes.Login";

// Without DONT_MATCH_NAME gnome-keyring does not find the items of a locked keyring, and locked looks like absent; but only
// the schema's name, which a store with it writes, tells our items from others. So one schema to store, one to search.
constexpr SecretSchema make_schema(SecretSchemaFlags flags) {
  return {schema_name,
          flags,
          {{"profile", SECRET_SCHEMA_ATTRIBUTE_STRING},
           {"issuer", SECRET_SCHEMA_ATTRIBUTE_STRING},
           {"kind", SECRET_SCHEMA_ATTRIBUTE_STRING},
           {nullptr, SECRET_SCHEMA_ATTRIBUTE_STRING}},
          0,
          nullptr,
          nullptr,
          nullptr,
          nullptr,
          nullptr,
          nullptr,
          nullptr};
}
const SecretSchema storing_schema = make_schema(SECRET_SCHEMA_NONE);
const SecretSchema searching_schema = make_schema(SECRET_SCHEMA_DONT_MATCH_NAME);

// A failure with the state it stands for, so that `state()` need not read sentences.
class KeychainError : public Error {
public:
  KeychainError(KeychainState state, const std::string& message, const std::string& hint)
      : Error(ErrorKind::keychain, message, hint), m_state(state) {}
  [[nodiscard]] KeychainState state() const { return m_state; }

private:
  KeychainState m_state;
};

KeychainError absent(const std::string& why) {
  return {KeychainState::absent, "there is no keychain: " + why,
          "start a Secret Service (gnome-keyring, KWallet, KeePassXC) in your session, or give a token in CHUTES_ACCESS_TOKEN"};
}

KeychainError locked() {
  return {KeychainState::locked, "the keychain is locked",
          "unlock it, for example by signing in to the desktop or opening its keyring viewer (seahorse), and try again"};
}

KeychainError failing(const std::string& why) {
  return {KeychainState::failing, "the keychain failed: " + why, "look at it with the desktop's keyring viewer"};
}

bool bus_is_named(const Environment& environment) {
  if (environment.find("DBUS_SESSION_BUS_ADDRESS"))
    return true;
  const auto runtime = environment.find("XDG_RUNTIME_DIR");
  struct stat facts {};
  return runtime && ::stat((*runtime + "/bus").c_str(), &facts) == 0;
}

} // namespace

// One connection to the service, and libsecret's calls with limits, ownership and errors put right.
struct SecretServiceKeychain::Session {
  Session(const LibsecretLibrary& loaded, SignalWatch& watched, Terminal& told)
      : library(loaded), signals(watched), terminal(told) {
    connect();
  }
  ~Session() {
    if (service != nullptr)
      library.g_object_unref(service);
    if (bus != nullptr)
      library.g_object_unref(bus);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  struct Item {
    SecretItem* handle;
    bool locked;
    guint64 modified;
  };

  // Owns what a search found; the newest first.
  class Items {
  public:
    Items(const LibsecretLibrary& from, GList* list) : m_library(from) {
      for (GList* node = list; node != nullptr; node = node->next) {
        auto* item = static_cast<SecretItem*>(node->data);
        m_items.push_back({item, m_library.secret_item_get_locked(item) != FALSE, m_library.secret_item_get_modified(item)});
      }
      m_library.g_list_free(list);
      std::stable_sort(m_items.begin(), m_items.end(), [](const Item& a, const Item& b) { return a.modified > b.modified; });
    }
    ~Items() {
      for (const auto& item : m_items)
        m_library.g_object_unref(item.handle);
    }
    Items(const Items&) = delete;
    Items& operator=(const Items&) = delete;
    [[nodiscard]] auto begin() const { return m_items.begin(); }
    [[nodiscard]] auto end() const { return m_items.end(); }
    [[nodiscard]] bool empty() const { return m_items.empty(); }

  private:
    const LibsecretLibrary& m_library;
    std::vector<Item> m_items;
  };

  // Runs one blocking call with a limit and turns its error into ours.
  template <typename Call>
  auto bounded(Call call) {
    GError* error = nullptr;
    bool late = false;
    auto result = [&] {
      KeychainDeadline deadline{library, signals, terminal};
      auto value = call(deadline.cancellable(), &error);
      late = deadline.passed();
      return value;
    }();
    if (error != nullptr)
      explain(error, late);
    return result;
  }

  [[noreturn]] void explain(GError* error, bool late) {
    const std::string message = one_line(error->message != nullptr ? error->message : "", 200);
    gchar* remote = library.g_dbus_error_get_remote_error(error);
    const std::string name = remote != nullptr ? remote : "";
    library.g_free(remote);
    library.g_error_free(error);
    signals.check();
    if (late)
      throw failing("it did not answer within 3 seconds");
    if (name == "org.freedesktop.DBus.Error.ServiceUnknown" || name == "org.freedesktop.DBus.Error.NameHasNoOwner" ||
        name.starts_with("org.freedesktop.DBus.Error.Spawn"))
      throw absent("the session bus knows no Secret Service");
    if (name == "org.freedesktop.Secret.Error.IsLocked")
      throw locked();
    throw failing(name.empty() ? message : name);
  }

  void connect() {
    try {
      bus = bounded([&](GCancellable* cancel, GError** error) {
        return library.g_bus_get_sync(G_BUS_TYPE_SESSION, cancel, error);
      });
    } catch (const KeychainError& error) {
      if (std::string{error.what()}.find("3 seconds") != std::string::npos)
        throw;
      throw absent("the session bus cannot be reached");
    }
    library.g_dbus_connection_set_exit_on_close(bus, FALSE); // or the bus's end would be ours, by SIGTERM
    service = bounded([&](GCancellable* cancel, GError** error) {
      return library.secret_service_get_sync(SECRET_SERVICE_OPEN_SESSION, cancel, error);
    });
  }

  GHashTable* attributes(const std::vector<std::pair<const char*, const std::string*>>& pairs) {
    GHashTable* table = library.g_hash_table_new(library.g_str_hash, library.g_str_equal);
    for (const auto& [name, value] : pairs)
      library.g_hash_table_insert(table, const_cast<char*>(name), const_cast<char*>(value->c_str()));
    return table;
  }
  GHashTable* attributes(const KeychainKey& key) {
    return attributes({{"profile", &key.profile}, {"issuer", &key.issuer}, {"kind", &key.kind}});
  }

  GList* search(GHashTable* table, bool with_secrets) {
    const auto flags = static_cast<SecretSearchFlags>(SECRET_SEARCH_ALL | (with_secrets ? SECRET_SEARCH_LOAD_SECRETS : 0));
    try {
      GList* found = bounded([&](GCancellable* cancel, GError** error) {
        return library.secret_service_search_sync(service, &searching_schema, table, flags, cancel, error);
      });
      library.g_hash_table_unref(table);
      return found;
    } catch (...) {
      library.g_hash_table_unref(table);
      throw;
    }
  }

  // Locked, there, or not there at all: what an empty search result means.
  enum class Collection { none, open, locked };
  Collection default_collection() {
    SecretCollection* collection = bounded([&](GCancellable* cancel, GError** error) {
      return library.secret_collection_for_alias_sync(service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, cancel, error);
    });
    if (collection == nullptr)
      return Collection::none;
    const bool is_locked = library.secret_collection_get_locked(collection) != FALSE;
    library.g_object_unref(collection);
    return is_locked ? Collection::locked : Collection::open;
  }

  [[nodiscard]] std::string attribute(SecretItem* item, const char* name) const {
    GHashTable* table = library.secret_item_get_attributes(item);
    const auto* value = static_cast<const char*>(library.g_hash_table_lookup(table, name));
    std::string text = value != nullptr ? value : "";
    library.g_hash_table_unref(table);
    return text;
  }

  std::optional<Secret> secret_of(SecretItem* item) {
    SecretValue* value = library.secret_item_get_secret(item);
    if (value == nullptr)
      return std::nullopt; // an entry without content: as good as absent, the next store rewrites it
    gsize length = 0;
    const char* bytes = library.secret_value_get(value, &length);
    Secret secret{std::string{bytes, length}};
    library.secret_value_unref(value);
    return secret;
  }

  bool erase(SecretItem* item) {
    return bounded([&](GCancellable* cancel, GError** error) {
             return library.secret_item_delete_sync(item, cancel, error);
           }) != FALSE;
  }

  const LibsecretLibrary& library;
  SignalWatch& signals;
  Terminal& terminal;
  GDBusConnection* bus = nullptr;
  SecretService* service = nullptr;
};

SecretServiceKeychain::SecretServiceKeychain(const Environment& environment, SignalWatch& signals, Terminal& terminal)
    : m_environment(environment), m_signals(signals), m_terminal(terminal) {}

SecretServiceKeychain::~SecretServiceKeychain() = default;

SecretServiceKeychain::Session& SecretServiceKeychain::session() {
  if (m_session)
    return *m_session;
  if (!bus_is_named(m_environment))
    throw absent("no session bus is running");
  std::string why;
  const auto* library = LibsecretLibrary::load(why);
  if (library == nullptr)
    throw absent(why);
  m_session = std::make_unique<Session>(*library, m_signals, m_terminal);
  return *m_session;
}

std::optional<Secret> SecretServiceKeychain::find(const KeychainKey& key) {
  auto& on = session();
  const Session::Items items{on.library, on.search(on.attributes(key), true)};
  for (const auto& item : items)
    if (!item.locked)
      if (auto secret = on.secret_of(item.handle))
        return secret;
  const bool any_locked = std::any_of(items.begin(), items.end(), [](const auto& item) { return item.locked; });
  if (any_locked || (items.empty() && on.default_collection() == Session::Collection::locked))
    throw locked();
  return std::nullopt;
}

void SecretServiceKeychain::store(const KeychainKey& key, const std::string& label, const Secret& secret) {
  auto& on = session();
  const auto collection = on.default_collection();
  if (collection == Session::Collection::locked)
    throw locked();
  if (collection == Session::Collection::none)
    throw KeychainError{KeychainState::failing, "the keychain has no default keyring to keep the secret in",
                        "create one in the desktop's keyring viewer (seahorse: File, New, Password Keyring)"};
  const auto& text = secret.reveal();
  SecretValue* value = on.library.secret_value_new(text.data(), static_cast<gssize>(text.size()), "text/plain");
  GHashTable* table = on.attributes(key);
  try {
    static_cast<void>(on.bounded([&](GCancellable* cancel, GError** error) {
      return on.library.secret_service_store_sync(on.service, &storing_schema, table, SECRET_COLLECTION_DEFAULT, label.c_str(),
                                                  value, cancel, error);
    }));
  } catch (...) {
    on.library.secret_value_unref(value);
    on.library.g_hash_table_unref(table);
    throw;
  }
  on.library.secret_value_unref(value);
  on.library.g_hash_table_unref(table);

  // Other programs may have left items of the same attributes; the one just written is the newest and stays.
  const Session::Items items{on.library, on.search(on.attributes(key), true)};
  bool kept = false;
  for (const auto& item : items) {
    const auto content = item.locked ? std::nullopt : on.secret_of(item.handle);
    if (!kept && content && *content == secret)
      kept = true;
    else if (!item.locked)
      static_cast<void>(on.erase(item.handle));
  }
}

bool SecretServiceKeychain::remove(const KeychainKey& key) {
  auto& on = session();
  const Session::Items items{on.library, on.search(on.attributes(key), false)};
  if (items.empty() && on.default_collection() == Session::Collection::locked)
    throw locked();
  bool removed = false;
  for (const auto& item : items) {
    if (item.locked)
      throw locked();
    removed = on.erase(item.handle) || removed;
  }
  return removed;
}

std::vector<KeychainKey> SecretServiceKeychain::list() {
  auto& on = session();
  std::vector<KeychainKey> keys;
  for (const std::string kind : {"session", "client"}) {
    const Session::Items items{on.library, on.search(on.attributes({{"kind", &kind}}), false)};
    for (const auto& item : items) {
      if (on.attribute(item.handle, "xdg:schema") != schema_name)
        continue;
      if (item.locked)
        throw locked();
      KeychainKey key{on.attribute(item.handle, "profile"), on.attribute(item.handle, "issuer"), kind};
      if (std::find(keys.begin(), keys.end(), key) == keys.end())
        keys.push_back(std::move(key));
    }
  }
  if (keys.empty() && on.default_collection() == Session::Collection::locked)
    throw locked();
  return keys;
}

KeychainState SecretServiceKeychain::state(std::string* detail) noexcept {
  try {
    const auto collection = session().default_collection();
    if (collection == Session::Collection::locked)
      throw locked();
    return KeychainState::ok;
  } catch (const KeychainError& error) {
    if (detail != nullptr)
      *detail = error.what();
    return error.state();
  } catch (const std::exception& error) {
    if (detail != nullptr)
      *detail = error.what();
    return KeychainState::failing;
  }
}

} // namespace chutes::on_linux
