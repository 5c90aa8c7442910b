#include "linux/keychain/bus_lock.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "linux/keychain/keychain_deadline.hpp"
#include "linux/keychain/keychain_error.hpp"
#include "linux/keychain/sd_bus_library.hpp"
#include "linux/process/file_process_lock.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace chutes::on_linux {
namespace {

using std::chrono::milliseconds;
using Message = SdBusPointer<sd_bus_message>;

constexpr std::chrono::seconds silence{1}; // before it is said what is waited for
constexpr std::uint32_t do_not_queue = 4;  // a stopped process in the queue would be given the name
constexpr std::uint32_t primary_owner = 1; // what RequestName answers
constexpr const char* access_denied = "org.freedesktop.DBus.Error.AccessDenied";

// An element of a bus name allows letters, digits, '_' and '-' only, and no digit at its start.
std::string name_for(const std::string& profile) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string name = "ai.chutes.Login.Session.profile-";
  for (const char c : profile) {
    if (is_letter(c) || is_digit(c)) {
      name += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    (name += '_') += digits[byte >> 4U];
    name += digits[byte & 15U];
  }
  return name;
}

// A connection to the bus, and calls of the bus itself.
class BusConnection {
public:
  BusConnection(const SdBusLibrary& library, SignalWatch& signals, Terminal& terminal)
      : m_library(library), m_signals(signals), m_terminal(terminal), m_bus(nullptr, {&library}) {}

  void connect(const std::string& address) {
    sd_bus* bus = nullptr;
    if (m_library.sd_bus_new(&bus) < 0)
      throw keychain_unreachable();
    m_bus.reset(bus);
    if (m_library.sd_bus_set_address(bus, address.c_str()) < 0 ||
        m_library.sd_bus_set_bus_client(bus, 1) < 0 || m_library.sd_bus_start(bus) < 0)
      throw keychain_unreachable();
  }

  // Returns the reply, which may be an error. Throws Error{keychain} if none comes within three seconds.
  template <typename... Arguments>
  [[nodiscard]] Message call(const char* method, const char* types, Arguments... arguments) {
    sd_bus_message* made = nullptr;
    m_library.sd_bus_message_new_method_call(m_bus.get(), &made, "org.freedesktop.DBus",
                                             "/org/freedesktop/DBus", "org.freedesktop.DBus", method);
    const Message message{made, {&m_library}};
    sd_bus_slot* slot = nullptr;
    Reply reply{m_library, Message{nullptr, {&m_library}}};
    const bool sent =
        message && m_library.sd_bus_message_append(message.get(), types, arguments...) >= 0 &&
        m_library.sd_bus_call_async(m_bus.get(), &slot, message.get(), hear, &reply, UINT64_MAX) >= 0;
    const SdBusPointer<sd_bus_slot> heard{slot, {&m_library}};
    if (!sent)
      throw keychain_failing("the session bus closed the connection");
    await(reply.message);
    return std::move(reply.message);
  }

  [[nodiscard]] bool is_error(const Message& reply, const char* name = nullptr) const {
    return m_library.sd_bus_message_is_method_error(reply.get(), name) > 0;
  }
  [[nodiscard]] std::uint32_t number(const Message& reply) const {
    std::uint32_t value = 0;
    m_library.sd_bus_message_read_basic(reply.get(), SD_BUS_TYPE_UINT32, &value);
    return value;
  }
  [[nodiscard]] std::string text(const Message& reply) const {
    const char* value = nullptr;
    const int read = m_library.sd_bus_message_read_basic(reply.get(), SD_BUS_TYPE_STRING, &value);
    return read > 0 && value != nullptr ? value : "";
  }

private:
  struct Reply {
    const SdBusLibrary& library;
    Message message;
  };
  static int hear(sd_bus_message* message, void* reply, sd_bus_error*) {
    auto* waiting = static_cast<Reply*>(reply);
    waiting->message.reset(waiting->library.sd_bus_message_ref(message));
    return 1;
  }

  void await(const Message& reply) {
    const auto began = std::chrono::steady_clock::now();
    bool said = false;
    while (!reply) {
      const int worked = m_library.sd_bus_process(m_bus.get(), nullptr);
      const int fd = worked < 0 ? -1 : m_library.sd_bus_get_fd(m_bus.get());
      const int events = worked < 0 ? -1 : m_library.sd_bus_get_events(m_bus.get());
      if (fd < 0 || events < 0)
        throw keychain_failing("the session bus closed the connection");
      if (worked > 0 || reply ||
          m_signals.wait(fd, static_cast<short>(events), began + (said ? keychain_limit : keychain_silence)))
        continue;
      if (said)
        throw keychain_silent(keychain_limit);
      explain_keychain_silence(m_terminal);
      said = true;
    }
  }

  const SdBusLibrary& m_library;
  SignalWatch& m_signals;
  Terminal& m_terminal;
  SdBusPointer<sd_bus> m_bus;
};

// Holds the name while the connection is open.
class BusLock final : public HeldLock {
public:
  BusLock(const SdBusLibrary& library, SignalWatch& signals, Terminal& terminal, std::string name)
      : m_bus(library, signals, terminal), m_name(std::move(name)) {}

  [[nodiscard]] std::string identity() const override { return m_identity; }

  void connect(const std::string& address) { m_bus.connect(address); }
  // Whether this process owns the name now; absent if it never will.
  [[nodiscard]] std::optional<bool> request() {
    const auto reply = m_bus.call("RequestName", "su", m_name.c_str(), do_not_queue);
    if (m_bus.is_error(reply, access_denied))
      return std::nullopt;
    if (m_bus.is_error(reply))
      throw keychain_failing("the session bus refused the session's lock");
    if (m_bus.number(reply) != primary_owner)
      return false;
    const auto id = m_bus.call("GetId", "");
    if (!m_bus.is_error(id))
      m_identity = "bus " + m_bus.text(id) + " " + m_name;
    return true;
  }
  [[nodiscard]] std::string holder() {
    const auto reply = m_bus.call("GetConnectionUnixProcessID", "s", m_name.c_str());
    return process_text(m_bus.is_error(reply) ? "" : std::to_string(m_bus.number(reply)));
  }

private:
  BusConnection m_bus;
  std::string m_name;
  std::string m_identity;
};

} // namespace

std::unique_ptr<HeldLock> lock_on_bus(const BusLockRequest& request, SignalWatch& signals,
                                      Terminal& terminal) {
  constexpr milliseconds longest_pause{20};
  const auto* library = SdBusLibrary::load();
  if (library == nullptr)
    return nullptr;
  auto lock = std::make_unique<BusLock>(*library, signals, terminal, name_for(request.profile));
  lock->connect(request.address);
  const auto began = std::chrono::steady_clock::now();
  bool said = false;
  for (milliseconds pause{1}; true; pause = std::min(pause * 2, longest_pause)) {
    const auto owned = lock->request();
    if (!owned)
      return nullptr;
    if (*owned)
      return lock;
    const auto now = std::chrono::steady_clock::now();
    const auto waited = std::chrono::duration_cast<milliseconds>(now - began);
    if (waited >= request.patience)
      throw still_locked(ErrorKind::keychain, lock->holder(), request.patience);
    if (!said && waited >= silence) {
      terminal.remark(waiting_for(lock->holder()));
      said = true;
    }
    signals.pause(now + std::min(pause, request.patience - waited));
  }
}

} // namespace chutes::on_linux
