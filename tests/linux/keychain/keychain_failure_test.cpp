// The session bus and the keyring daemon missing, silent, or going away in the middle of a call. Each suite
// runs in a process of its own, under tests/linux/keychain/with_keyring.sh.
#include "golden.hpp"
#include "linux/keychain/keychain_fixture.hpp"
#include "linux/process/file_descriptor.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

namespace chutes::on_linux {
namespace {

const KeychainKey key{"default", "https://api.chutes.ai", "session"};
const KeychainError no_bus = keychain_absent("there is no session bus");
const Outcome no_answer = outcome_of(keychain_silent(keychain_limit));

std::chrono::milliseconds time_of(const std::function<void()>& action) {
  const auto began = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
}

// An adapter for which the session bus is at `address`.
struct OtherBus {
  explicit OtherBus(const std::string& address) {
    auto variables = read_environment().all();
    variables["DBUS_SESSION_BUS_ADDRESS"] = address;
    environment = Environment{variables};
    ::setenv("DBUS_SESSION_BUS_ADDRESS", address.c_str(), 1); // where GLib looks
  }
  ~OtherBus() { ::unsetenv("DBUS_SESSION_BUS_ADDRESS"); }
  OtherBus(const OtherBus&) = delete;
  OtherBus& operator=(const OtherBus&) = delete;

  Environment environment;
  SignalWatch signals;
  NoticedTerminal terminal;
  SecretServiceKeychain keychain{environment, signals, terminal};
};

// A socket that accepts connections and never says a word.
class SilentSocket {
public:
  explicit SilentSocket(std::string path) : m_path(std::move(path)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(m_path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, m_path.c_str(), m_path.size());
    REQUIRE(::bind(m_socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(m_socket.get(), 8) == 0);
  }
  ~SilentSocket() { ::unlink(m_path.c_str()); }
  SilentSocket(const SilentSocket&) = delete;
  SilentSocket& operator=(const SilentSocket&) = delete;

private:
  std::string m_path;
  FileDescriptor m_socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

std::string runtime_directory() {
  require_private_keyring();
  return *read_environment().find("XDG_RUNTIME_DIR");
}

} // namespace

// The three seconds of a call, on a machine that does much else; the bus itself waits for 25.
constexpr std::chrono::seconds on_a_busy_machine{8};

TEST_SUITE_BEGIN("no bus");

TEST_CASE("every failure of the keychain names its state and a way out") {
  std::string texts;
  for (const auto& error : {no_bus, keychain_locked(), keychain_asks(), keychain_dismissed(),
                            keychain_unanswered(std::chrono::seconds{120}), keychain_silent(keychain_limit),
                            keychain_without_keyring(), keychain_failing("org.example.Error")}) {
    CHECK(error.kind() == ErrorKind::keychain);
    CHECK_FALSE(error.hint().empty());
    texts += std::string{error.what()} + "\n  " + error.hint() + "\n";
  }
  CHECK(keychain_locked().state() == KeychainState::locked);
  CHECK(keychain_asks().state() == KeychainState::locked);
  CHECK(keychain_dismissed().state() == KeychainState::locked);
  CHECK(keychain_unanswered(std::chrono::seconds{120}).state() == KeychainState::locked);
  CHECK(keychain_silent(keychain_limit).state() == KeychainState::failing);
  CHECK(keychain_without_keyring().state() == KeychainState::failing);
  check_golden(texts);
}

TEST_CASE("without a session bus there is no keychain, and nothing is loaded to find that out") {
  Desk desk;
  const auto took = time_of([&] {
    check_every_call(desk.keychain, key, outcome_of(no_bus));
    CHECK(state_of(desk.keychain) == state_of(no_bus));
  });
  CHECK(took < std::chrono::seconds{1}); // nothing is waited for
  CHECK(content_of("/proc/self/maps").find("libsecret") == std::string::npos);
}

TEST_CASE("a bus that would have to be started first is none") {
  OtherBus other{"autolaunch:"};
  CHECK(state_of(other.keychain) == state_of(no_bus));
  CHECK(content_of("/proc/self/maps").find("libsecret") == std::string::npos);
}

TEST_CASE("the address of a bus that is gone, and one that makes no sense, prove no absence of a keychain") {
  for (const std::string& address : {"unix:path=" + runtime_directory() + "/gone", std::string{"nonsense"}}) {
    OtherBus other{address};
    const auto unreachable = keychain_unreachable();
    CHECK(outcome_of([&] { other.keychain.find(key); }) == outcome_of(unreachable));
    CHECK(state_of(other.keychain) == state_of(unreachable));
  }
}

TEST_CASE("a bus that accepts and stays silent is given three seconds, and the wait is explained after one") {
  const SilentSocket silent{runtime_directory() + "/silent"};
  OtherBus other{"unix:path=" + runtime_directory() + "/silent"};
  const auto took = time_of([&] { CHECK(outcome_of([&] { other.keychain.find(key); }) == no_answer); });
  CHECK(took >= std::chrono::milliseconds{2900});
  CHECK(took < on_a_busy_machine);
  CHECK(other.terminal.notices() == "Waiting for the keychain…\n");
}

TEST_CASE("a signal ends the wait, unless signals are held") {
  const SilentSocket silent{runtime_directory() + "/silent"};
  OtherBus other{"unix:path=" + runtime_directory() + "/silent"};
  other.terminal.on_notice = [] { ::kill(::getpid(), SIGINT); };
  SUBCASE("not held") {
    const auto took = time_of([&] {
      CHECK(outcome_of([&] { other.keychain.find(key); }) ==
            Outcome{ErrorKind::interrupted, "interrupted", ""});
    });
    CHECK(took < std::chrono::milliseconds{2000});
  }
  SUBCASE("held") {
    const SignalsHeld held{other.signals, "at stake"};
    CHECK(outcome_of([&] { other.keychain.find(key); }) == no_answer);
  }
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("no service");

TEST_CASE("a bus without a Secret Service has no keychain") {
  Desk desk;
  const auto no_service = keychain_absent("there is no Secret Service on the session bus");
  check_every_call(desk.keychain, key, outcome_of(no_service));
  CHECK(state_of(desk.keychain) == state_of(no_service));
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("frozen");

TEST_CASE("a frozen keyring is given three seconds in all, and works again when it has thawed") {
  Desk desk;
  desk.keychain.store(key, "Chutes session", Secret{"before"});
  Frozen frozen{owner_of("org.freedesktop.secrets")};
  const auto in_time = [](const std::function<void()>& action) {
    CHECK(time_of([&] { CHECK(outcome_of(action) == no_answer); }) < on_a_busy_machine);
  };
  in_time([&] { desk.keychain.find(key); });
  in_time([&] { desk.keychain.store(key, "Chutes session", Secret{"lost"}); });
  in_time([&] { desk.keychain.list(); });
  CHECK(state_of(desk.keychain) == StateAndDetail{KeychainState::failing, no_answer.message});
  frozen.thaw();
  CHECK(desk.keychain.find(key) == Secret{"before"});
  desk.keychain.store(key, "Chutes session", Secret{"after"});
  CHECK(desk.keychain.find(key) == Secret{"after"});
}

TEST_CASE("a keyring that was frozen before the first call is given three seconds") {
  Frozen frozen{owner_of("org.freedesktop.secrets")};
  Desk desk;
  const auto took = time_of([&] { CHECK(outcome_of([&] { desk.keychain.find(key); }) == no_answer); });
  CHECK(took < on_a_busy_machine);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("keyring killed");

TEST_CASE("a keyring that dies in mid-call is a failure, and its successor is asked next time") {
  Desk desk;
  desk.keychain.store(key, "Chutes session", Secret{"text"});
  Frozen frozen{owner_of("org.freedesktop.secrets")};
  desk.terminal.on_notice = [&] { frozen.kill(); };
  const auto failed = outcome_of([&] { desk.keychain.find(key); });
  CHECK(failed.kind == ErrorKind::keychain);
  CHECK(failed.message.find("org.freedesktop.DBus.Error.NoReply") != std::string::npos);
  CHECK(outcome_of([&] { desk.keychain.find(key); }) ==
        outcome_of(keychain_locked())); // the bus started another
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("bus killed");

TEST_CASE(
    "a bus that dies in mid-call is a failure, not our end, and afterwards the keychain cannot be reached") {
  Desk desk;
  desk.keychain.store(key, "Chutes session", Secret{"text"});
  const pid_t bus = owner_of("org.freedesktop.DBus");
  Frozen frozen{owner_of("org.freedesktop.secrets")};
  desk.terminal.on_notice = [&] { ::kill(bus, SIGKILL); };
  const auto failed = outcome_of([&] { desk.keychain.find(key); });
  CHECK(failed.message.find("session bus") != std::string::npos);
  desk.signals.check(); // GLib's way of ending with its bus is a SIGTERM
  CHECK(outcome_of([&] { desk.keychain.find(key); }).message == outcome_of(keychain_unreachable()).message);
  frozen.kill();
}

TEST_SUITE_END();

} // namespace chutes::on_linux
