#include "linux/keychain/secret_reader.hpp"

#include "linux/keychain/sd_bus_library.hpp"
#include "linux/keychain/secret_exchange.hpp"
#include "linux/keychain/service_names.hpp"

#include <poll.h>

namespace chutes::on_linux {
namespace {

constexpr const char* no_such_service = "org.freedesktop.DBus.Error.ServiceUnknown";
constexpr const char* service_interface = "org.freedesktop.Secret.Service";
constexpr const char* item_interface = "org.freedesktop.Secret.Item";

using Message = SdBusPointer<sd_bus_message>;

// A call that has been sent. Stays where it is: sd-bus knows its address.
class Call {
public:
  explicit Call(const SdBusLibrary& library)
      : m_library(library), m_slot(nullptr, {&library}), m_reply(nullptr, {&library}) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  [[nodiscard]] bool send(sd_bus* bus, const Message& message) {
    sd_bus_slot* slot = nullptr;
    const int sent =
        m_library.sd_bus_call_async(bus, &slot, message.get(), hear, this, UINT64_MAX); // BusWait ends it
    m_slot.reset(slot);
    return sent >= 0;
  }
  // Null until it has come.
  [[nodiscard]] sd_bus_message* reply() const { return m_reply.get(); }

private:
  static int hear(sd_bus_message* reply, void* call, sd_bus_error*) {
    auto* self = static_cast<Call*>(call);
    self->m_reply.reset(self->m_library.sd_bus_message_ref(reply));
    return 1;
  }

  const SdBusLibrary& m_library;
  SdBusPointer<sd_bus_slot> m_slot;
  Message m_reply;
};

// One connection and what is asked over it. Whatever goes wrong is "no", or null.
class Conversation {
public:
  Conversation(const SdBusLibrary& library, const BusWait& wait)
      : m_library(library), m_wait(wait), m_bus(nullptr, {&library}) {}

  [[nodiscard]] bool begin(const std::string& address) {
    sd_bus* bus = nullptr;
    if (m_library.sd_bus_new(&bus) < 0)
      return false;
    m_bus.reset(bus);
    return m_library.sd_bus_set_address(bus, address.c_str()) >= 0 &&
           m_library.sd_bus_set_bus_client(bus, 1) >= 0 && m_library.sd_bus_start(bus) >= 0;
  }

  [[nodiscard]] bool search(Call& call, const KeychainKey& key) {
    const auto message = method(service_path, service_interface, "SearchItems");
    return message &&
           m_library.sd_bus_message_append(message.get(), "a{ss}", 3, "profile", key.profile.c_str(),
                                           "issuer", key.issuer.c_str(), "kind", key.kind.c_str()) >= 0 &&
           call.send(m_bus.get(), message);
  }

  [[nodiscard]] bool open_session(Call& call, const std::string& public_key) {
    const auto message = method(service_path, service_interface, "OpenSession");
    return message && m_library.sd_bus_message_append(message.get(), "s", SecretExchange::algorithm) >= 0 &&
           m_library.sd_bus_message_open_container(message.get(), SD_BUS_TYPE_VARIANT, "ay") >= 0 &&
           m_library.sd_bus_message_append_array(message.get(), SD_BUS_TYPE_BYTE, public_key.data(),
                                                 public_key.size()) >= 0 &&
           m_library.sd_bus_message_close_container(message.get()) >= 0 && call.send(m_bus.get(), message);
  }

  [[nodiscard]] bool get_secret(Call& call, const char* item, const char* session) {
    const auto message = method(item, item_interface, "GetSecret");
    return message && m_library.sd_bus_message_append(message.get(), "o", session) >= 0 &&
           call.send(m_bus.get(), message);
  }

  // From now on asks KDE's service.
  void ask_kde() { m_service = kde_service_name; }
  // Whether the call failed because no program owns the service's name or can be started for it.
  [[nodiscard]] bool has_no_service(const Call& call) const {
    return call.reply() != nullptr &&
           m_library.sd_bus_message_is_method_error(call.reply(), no_such_service) > 0;
  }

  // Waits for the reply. Null: there was none, or it is an error.
  [[nodiscard]] sd_bus_message* await(const Call& call) {
    while (call.reply() == nullptr) {
      const int worked = m_library.sd_bus_process(m_bus.get(), nullptr);
      if (worked < 0)
        return nullptr;
      if (worked > 0 || call.reply() != nullptr)
        continue;
      const int fd = m_library.sd_bus_get_fd(m_bus.get());
      const int events = m_library.sd_bus_get_events(m_bus.get());
      if (fd < 0 || events < 0)
        return nullptr;
      m_wait(fd, static_cast<short>(events));
    }
    return m_library.sd_bus_message_is_method_error(call.reply(), nullptr) == 0 ? call.reply() : nullptr;
  }

private:
  [[nodiscard]] Message method(const char* path, const char* interface, const char* name) {
    sd_bus_message* message = nullptr;
    m_library.sd_bus_message_new_method_call(m_bus.get(), &message, m_service, path, interface, name);
    return Message{message, {&m_library}};
  }

  const SdBusLibrary& m_library;
  const BusWait& m_wait;
  SdBusPointer<sd_bus> m_bus;
  const char* m_service = usual_service_name;
};

// Reads replies; what is read lives as long as the message.
class Reader {
public:
  Reader(const SdBusLibrary& library, sd_bus_message* message) : m_library(library), m_message(message) {}

  bool enter(char type, const char* contents) {
    return m_library.sd_bus_message_enter_container(m_message, type, contents) > 0;
  }
  bool leave() { return m_library.sd_bus_message_exit_container(m_message) >= 0; }
  bool skip(const char* types) { return m_library.sd_bus_message_skip(m_message, types) >= 0; }
  // Null: there is none.
  const char* path() {
    const char* text = nullptr;
    return m_library.sd_bus_message_read_basic(m_message, SD_BUS_TYPE_OBJECT_PATH, &text) > 0 ? text
                                                                                              : nullptr;
  }
  std::optional<std::string_view> bytes() {
    const void* begin = nullptr;
    std::size_t size = 0;
    if (m_library.sd_bus_message_read_array(m_message, SD_BUS_TYPE_BYTE, &begin, &size) < 0)
      return std::nullopt;
    return std::string_view{static_cast<const char*>(begin), size};
  }

private:
  const SdBusLibrary& m_library;
  sd_bus_message* m_message;
};

// The one item of an answer to SearchItems (open items, locked items). Null: none, several, or a locked one.
const char* only_item(Reader reader) {
  if (!reader.enter(SD_BUS_TYPE_ARRAY, "o"))
    return nullptr;
  const char* item = reader.path();
  if (item == nullptr || reader.path() != nullptr || !reader.leave() || !reader.enter(SD_BUS_TYPE_ARRAY, "o"))
    return nullptr;
  return reader.path() == nullptr ? item : nullptr;
}

// The session of an answer to OpenSession (the peer's public key, the session), whose key is agreed on then.
const char* agreed_session(Reader reader, SecretExchange& exchange) {
  if (!reader.enter(SD_BUS_TYPE_VARIANT, "ay"))
    return nullptr;
  const auto peers = reader.bytes();
  return peers && exchange.agree(*peers) && reader.leave() ? reader.path() : nullptr;
}

// What an answer to GetSecret holds (session, nonce, ciphertext, media type).
std::optional<Secret> decrypted(Reader reader, const SecretExchange& exchange) {
  if (!reader.enter(SD_BUS_TYPE_STRUCT, "oayays") || !reader.skip("o"))
    return std::nullopt;
  const auto nonce = reader.bytes();
  const auto ciphertext = nonce ? reader.bytes() : std::nullopt;
  return ciphertext ? exchange.decrypt(*nonce, *ciphertext) : std::nullopt;
}

} // namespace

// One after the other: gnome-keyring 42 learns of a new caller by the way, and one that opens a session
// before it is known makes the daemon abort, with everybody's secrets locked. A search is refused then
// without harm, and once it is answered the caller is known.
std::optional<Secret> read_secret(const std::string& address, const KeychainKey& key, const BusWait& wait) {
  const auto* library = SdBusLibrary::load();
  if (library == nullptr)
    return std::nullopt;
  Call search{*library};
  Call search_kde{*library};
  Call open{*library};
  Call get{*library};
  Conversation conversation{*library, wait};
  if (!conversation.begin(address) || !conversation.search(search, key))
    return std::nullopt;
  auto* found = conversation.await(search);
  if (conversation.has_no_service(search)) {
    conversation.ask_kde();
    found = conversation.search(search_kde, key) ? conversation.await(search_kde) : nullptr;
  }
  const char* item = found != nullptr ? only_item({*library, found}) : nullptr;
  if (item == nullptr)
    return std::nullopt;
  SecretExchange exchange;
  if (!conversation.open_session(open, exchange.public_key()))
    return std::nullopt;
  auto* opened = conversation.await(open);
  const char* session = opened != nullptr ? agreed_session({*library, opened}, exchange) : nullptr;
  if (session == nullptr || !conversation.get_secret(get, item, session))
    return std::nullopt;
  auto* content = conversation.await(get);
  return content != nullptr ? decrypted({*library, content}, exchange) : std::nullopt;
}

} // namespace chutes::on_linux
