#include "linux/keychain/secret_service_session.hpp"

#include "base/terminal_text.hpp"
#include "linux/keychain/keychain_error.hpp"
#include "linux/keychain/secret_prompts.hpp"
#include "linux/keychain/service_names.hpp"

#include <algorithm>
#include <string_view>

namespace chutes::on_linux {
namespace {

constexpr const char* schema_name = "ai.chutes.Login";
constexpr const char* schema_attribute = "xdg:schema"; // where a keyring keeps a schema's name

// Without DONT_MATCH_NAME gnome-keyring does not find the items of a locked keyring, and locked looks like
// absent; but only a store without it writes the schema's name. So one schema to store, one to search.
constexpr SecretSchema make_schema(SecretSchemaFlags flags) {
  SecretSchema schema{};
  schema.name = schema_name;
  schema.flags = flags;
  schema.attributes[0] = {"profile", SECRET_SCHEMA_ATTRIBUTE_STRING};
  schema.attributes[1] = {"issuer", SECRET_SCHEMA_ATTRIBUTE_STRING};
  schema.attributes[2] = {"kind", SECRET_SCHEMA_ATTRIBUTE_STRING};
  return schema;
}
const SecretSchema storing_schema = make_schema(SECRET_SCHEMA_NONE);
const SecretSchema searching_schema = make_schema(SECRET_SCHEMA_DONT_MATCH_NAME);

// A table of attributes that borrows the strings it is made of.
class Attributes {
public:
  explicit Attributes(const LibsecretLibrary& library)
      : m_library(library), m_table(library.g_hash_table_new(library.g_str_hash, library.g_str_equal)) {}
  Attributes(const LibsecretLibrary& library, const KeychainKey& key) : Attributes(library) {
    add("profile", key.profile.c_str());
    add("issuer", key.issuer.c_str());
    add("kind", key.kind.c_str());
  }
  ~Attributes() { m_library.g_hash_table_unref(m_table); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  void add(const char* name, const char* value) {
    m_library.g_hash_table_insert(m_table, const_cast<char*>(name), const_cast<char*>(value));
  }
  [[nodiscard]] GHashTable* table() const { return m_table; }

private:
  const LibsecretLibrary& m_library;
  GHashTable* m_table;
};

struct FreeValue {
  const LibsecretLibrary& library;
  void operator()(SecretValue* value) const noexcept { library.secret_value_unref(value); } // wiped
};
using ValuePointer = std::unique_ptr<SecretValue, FreeValue>;

struct FreeError {
  const LibsecretLibrary& library;
  void operator()(GError* error) const noexcept { library.g_error_free(error); }
};
using ErrorPointer = std::unique_ptr<GError, FreeError>;

// The D-Bus name of an error that came from the other side; empty for any other.
std::string remote_name(const LibsecretLibrary& library, const GError* error) {
  gchar* remote = library.g_dbus_error_get_remote_error(error);
  std::string name = remote != nullptr ? remote : "";
  library.g_free(remote);
  return name;
}

// No program owns the name or can be started for it.
bool means_no_service(const std::string& name) {
  return name == "org.freedesktop.DBus.Error.ServiceUnknown" ||
         name == "org.freedesktop.DBus.Error.NameHasNoOwner" ||
         name == "org.freedesktop.DBus.Error.Spawn.ServiceNotFound";
}

// What a service says of an item that another process has just deleted; the last is GDBus's word for it.
bool means_item_is_gone(const std::string& name) {
  return name == "org.freedesktop.Secret.Error.NoSuchObject" ||
         name == "org.freedesktop.DBus.Error.UnknownObject" ||
         name == "org.freedesktop.DBus.Error.UnknownMethod";
}

KeychainError translated(const LibsecretLibrary& library, const GError* error) {
  const std::string name = remote_name(library, error);
  if (means_no_service(name))
    return keychain_absent("there is no Secret Service on the session bus");
  if (name == "org.freedesktop.Secret.Error.IsLocked")
    return keychain_locked();
  if (error->domain == library.g_io_error_quark() && error->code == G_IO_ERROR_CLOSED)
    return keychain_failing("the session bus closed the connection");
  switch (prompt_failure(library, error)) {
  case PromptFailure::refused:
    return keychain_asks();
  case PromptFailure::dismissed:
    return keychain_dismissed();
  case PromptFailure::none:
    break;
  }
  return keychain_failing(name.empty() ? one_line(error->message, 200) : name);
}

} // namespace

template <typename Call>
auto SecretServiceSession::limited(const KeychainDeadline& deadline, Call call) {
  GError* error = nullptr;
  auto result = call(deadline.cancellable(), &error);
  if (error != nullptr)
    explain(error, deadline);
  return result;
}

void SecretServiceSession::explain(GError* error, const KeychainDeadline& deadline) {
  const ErrorPointer freed{error, {m_library}};
  m_signals.check();
  if (const auto limit = deadline.passed())
    throw deadline.passed_in_dialog() ? keychain_unanswered(*limit) : keychain_silent(*limit);
  throw translated(m_library, error);
}

void SecretServiceSession::connect(const char* other_name, const KeychainDeadline& deadline) {
  GError* error = nullptr;
  // GLib ends a process with its bus, by a SIGTERM from the main context in which the connection was made.
  // Made here: libsecret would use the default main context, which this program never runs.
  m_bus = owned(m_library, m_library.g_bus_get_sync(G_BUS_TYPE_SESSION, deadline.cancellable(), &error));
  if (error != nullptr)
    m_library.g_error_free(error);
  // GLib goes on handing out a connection whose other end is gone.
  if (!m_bus || m_library.g_dbus_connection_is_closed(m_bus.get()) != FALSE) {
    m_signals.check();
    if (const auto limit = deadline.passed())
      throw keychain_silent(*limit);
    throw keychain_unreachable();
  }
  m_service = owned(m_library, open(other_name, deadline));
  // libsecret goes on in clear where the service cannot encrypt, and the bus may be watched.
  const char* algorithm = m_library.secret_service_get_session_algorithms(m_service.get());
  if (algorithm == nullptr || algorithm == std::string_view{"plain"})
    throw keychain_failing("it offers no encrypted session");
}

SecretService* SecretServiceSession::open(const char* other_name, const KeychainDeadline& deadline) {
  GError* error = nullptr;
  auto* service = open_secret_service(m_library, nullptr, deadline.cancellable(), &error);
  if (error == nullptr)
    return service;
  if (!means_no_service(remote_name(m_library, error)) || other_name == nullptr)
    explain(error, deadline);
  m_library.g_error_free(error);
  return limited(deadline, [&](GCancellable* cancel, GError** failed) {
    return open_secret_service(m_library, other_name, cancel, failed);
  });
}

bool SecretServiceSession::is_alive() const {
  constexpr int patience = 500; // milliseconds
  auto* answer = m_library.g_dbus_connection_call_sync(
      m_bus.get(), m_library.g_dbus_proxy_get_name(reinterpret_cast<GDBusProxy*>(m_service.get())),
      service_path, "org.freedesktop.DBus.Peer", "Ping", nullptr, nullptr, G_DBUS_CALL_FLAGS_NO_AUTO_START,
      patience, nullptr, nullptr);
  if (answer == nullptr)
    return false;
  m_library.g_variant_unref(answer);
  return true;
}

SecretServiceSession::Items SecretServiceSession::search(const KeychainKey& key, Content content,
                                                         const KeychainDeadline& deadline) {
  const Attributes attributes{m_library, key};
  return search(&searching_schema, attributes.table(), content, deadline);
}

SecretServiceSession::Items SecretServiceSession::search_profile(const KeychainKey& key,
                                                                 const KeychainDeadline& deadline) {
  Attributes attributes{m_library};
  attributes.add("profile", key.profile.c_str());
  attributes.add("issuer", key.issuer.c_str());
  return search(&searching_schema, attributes.table(), Content::left, deadline);
}

SecretServiceSession::Items SecretServiceSession::search_all(const KeychainDeadline& deadline) {
  Attributes attributes{m_library};
  attributes.add(schema_attribute, schema_name);
  return search(nullptr, attributes.table(), Content::left, deadline);
}

SecretServiceSession::Items SecretServiceSession::search(const SecretSchema* schema, GHashTable* attributes,
                                                         Content content, const KeychainDeadline& deadline) {
  const auto flags = static_cast<SecretSearchFlags>(
      SECRET_SEARCH_ALL | (content == Content::loaded ? SECRET_SEARCH_LOAD_SECRETS : 0));
  GList* list = nullptr;
  for (int tries = 1;; ++tries) { // an item that vanishes while it is looked at makes a whole search fail
    GError* error = nullptr;
    list = m_library.secret_service_search_sync(m_service.get(), schema, attributes, flags,
                                                deadline.cancellable(), &error);
    if (error == nullptr)
      break;
    if (tries == 10 || !means_item_is_gone(remote_name(m_library, error)))
      explain(error, deadline);
    m_library.g_error_free(error);
  }
  Items items;
  for (GList* node = list; node != nullptr; node = node->next) {
    auto* item = static_cast<SecretItem*>(node->data);
    items.push_back({owned(m_library, item), m_library.secret_item_get_locked(item) != FALSE,
                     attribute_of(item, schema_attribute) == schema_name,
                     m_library.secret_item_get_modified(item)});
  }
  m_library.g_list_free(list);
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return a.marked != b.marked ? a.marked : a.modified > b.modified;
  });
  return items;
}

GObjectPointer<SecretCollection> SecretServiceSession::default_collection(const KeychainDeadline& deadline) {
  return owned(m_library, limited(deadline, [&](GCancellable* cancel, GError** failed) {
                 return m_library.secret_collection_for_alias_sync(m_service.get(), SECRET_COLLECTION_DEFAULT,
                                                                   SECRET_COLLECTION_NONE, cancel, failed);
               }));
}

SecretServiceSession::DefaultKeyring SecretServiceSession::default_keyring(const KeychainDeadline& deadline) {
  const auto keyring = default_collection(deadline);
  if (!keyring)
    return DefaultKeyring::none;
  return m_library.secret_collection_get_locked(keyring.get()) != FALSE ? DefaultKeyring::locked
                                                                        : DefaultKeyring::open;
}

void SecretServiceSession::unlock(const Items& items, const KeychainDeadline& deadline) {
  std::vector<GList> nodes(items.size());
  GList* first = nullptr;
  for (std::size_t i = items.size(); i-- > 0;) {
    if (!items[i].locked)
      continue;
    nodes[i] = {items[i].handle.get(), first, nullptr};
    first = &nodes[i];
  }
  unlock(first, deadline);
}

void SecretServiceSession::unlock_default_keyring(const KeychainDeadline& deadline) {
  if (const auto keyring = default_collection(deadline)) {
    GList node{keyring.get(), nullptr, nullptr};
    unlock(&node, deadline);
  }
}

void SecretServiceSession::unlock(GList* objects, const KeychainDeadline& deadline) {
  if (objects == nullptr)
    return;
  static_cast<void>(limited(deadline, [&](GCancellable* cancel, GError** failed) {
    return m_library.secret_service_unlock_sync(m_service.get(), objects, cancel, nullptr, failed);
  }));
}

void SecretServiceSession::store(const KeychainKey& key, const std::string& label, const Secret& secret,
                                 const KeychainDeadline& deadline) {
  const auto& text = secret.reveal();
  const ValuePointer value{
      m_library.secret_value_new(text.data(), static_cast<gssize>(text.size()), "text/plain"), {m_library}};
  const Attributes attributes{m_library, key};
  static_cast<void>(limited(deadline, [&](GCancellable* cancel, GError** failed) {
    return m_library.secret_service_store_sync(m_service.get(), &storing_schema, attributes.table(),
                                               SECRET_COLLECTION_DEFAULT, label.c_str(), value.get(), cancel,
                                               failed);
  }));
}

bool SecretServiceSession::erase(const Item& item, const KeychainDeadline& deadline) {
  GError* error = nullptr;
  const bool erased =
      m_library.secret_item_delete_sync(item.handle.get(), deadline.cancellable(), &error) != FALSE;
  if (error == nullptr)
    return erased;
  if (!means_item_is_gone(remote_name(m_library, error)))
    explain(error, deadline);
  m_library.g_error_free(error);
  return false;
}

std::optional<Secret> SecretServiceSession::content_of(const Item& item) const {
  const ValuePointer value{m_library.secret_item_get_secret(item.handle.get()), {m_library}};
  if (!value)
    return std::nullopt;
  gsize length = 0;
  const char* bytes = m_library.secret_value_get(value.get(), &length);
  return Secret{std::string{bytes, length}};
}

KeychainKey SecretServiceSession::key_of(const Item& item) const {
  return {attribute_of(item.handle.get(), "profile"), attribute_of(item.handle.get(), "issuer"),
          attribute_of(item.handle.get(), "kind")};
}

std::string SecretServiceSession::attribute_of(SecretItem* item, const char* name) const {
  GHashTable* table = m_library.secret_item_get_attributes(item);
  const auto* value = static_cast<const char*>(m_library.g_hash_table_lookup(table, name));
  std::string text = value != nullptr ? value : "";
  m_library.g_hash_table_unref(table);
  return text;
}

} // namespace chutes::on_linux
