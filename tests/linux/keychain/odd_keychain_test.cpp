// Secret Services that misbehave, played by odd_secret_service.py on a bus without a real one.
#include "golden.hpp"
#include "linux/keychain/keychain_fixture.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>

namespace chutes::on_linux {
namespace {

const KeychainKey key{"default", "https://api.chutes.ai", "session"};

class OddService {
public:
  explicit OddService(const std::string& mode)
      : m_output(::popen(
            ("exec /usr/bin/python3 '" + tests_folder() + "/linux/keychain/odd_secret_service.py' " + mode)
                .c_str(),
            "re")) {
    REQUIRE(m_output != nullptr);
    m_process = std::stoi(line());
  }
  ~OddService() {
    static_cast<void>(stop());
    ::pclose(m_output);
  }
  OddService(const OddService&) = delete;
  OddService& operator=(const OddService&) = delete;

  // Ends it; the names of the methods it was asked for, each in a line.
  std::string stop() {
    if (m_process > 0)
      ::kill(m_process, SIGTERM);
    m_process = 0;
    std::string asked;
    for (auto next = line(); !next.empty(); next = line())
      asked += next;
    return asked;
  }

  // Waits until it is asked for `method`, at most as long as the test may run. False: it has ended before.
  bool hears(const std::string& method) {
    for (auto next = line(); !next.empty(); next = line())
      if (next == method + "\n")
        return true;
    return false;
  }

private:
  std::string line() {
    char text[100]{};
    return std::fgets(text, sizeof text, m_output) != nullptr ? text : "";
  }

  FILE* m_output;
  pid_t m_process = 0;
};

} // namespace

TEST_SUITE_BEGIN("odd services");

TEST_CASE("a service without encrypted sessions is not given any secret") {
  OddService service{"plain"};
  Desk desk;
  const auto failed = outcome_of([&] { desk.keychain.store(key, "Chutes session", Secret{"text"}); });
  CHECK(failed.message.find("encrypted session") != std::string::npos);
  CHECK(service.stop().find("CreateItem") == std::string::npos);
}

TEST_CASE("the three seconds are for all questions together") {
  OddService service{"slow"};
  Desk desk;
  const auto began = std::chrono::steady_clock::now();
  CHECK(outcome_of([&] { desk.keychain.find(key); }) == outcome_of(keychain_silent(keychain_limit)));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::milliseconds{3500});
}

TEST_CASE(
    "a service that asks for a prompt gets none unless dialogs are allowed, and the call fails at once") {
  OddService service{"asks"};
  Desk desk;
  const auto began = std::chrono::steady_clock::now();
  CHECK(outcome_of([&] { desk.keychain.remove(key); }) == outcome_of(keychain_asks()));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{1});
  const auto asked = service.stop();
  CHECK(asked.find("Delete\n") != std::string::npos);
  CHECK(asked.find("Prompt\n") == std::string::npos);
}

TEST_CASE("a prompt that is answered lets the call go on, and is not worth a remark if that is at once") {
  OddService service{"answered"};
  Desk desk;
  desk.keychain.allow_dialogs(std::chrono::seconds{60});
  CHECK(desk.keychain.remove(key));
  CHECK(service.stop().find("Prompt\n") != std::string::npos);
  CHECK(desk.terminal.notices().empty());
}

TEST_CASE("a prompt that is dismissed is said to be so") {
  OddService service{"dismissed"};
  Desk desk;
  desk.keychain.allow_dialogs(std::chrono::seconds{60});
  CHECK(outcome_of([&] { desk.keychain.remove(key); }) == outcome_of(keychain_dismissed()));
}

TEST_CASE("a prompt that nobody answers is announced within a second, given its time, and taken back") {
  OddService service{"asks"};
  Desk desk;
  const auto began = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration announced{};
  desk.terminal.on_notice = [&] { announced = std::chrono::steady_clock::now() - began; };
  desk.keychain.allow_dialogs(std::chrono::seconds{2});
  CHECK(outcome_of([&] { desk.keychain.remove(key); }) ==
        outcome_of(keychain_unanswered(std::chrono::seconds{2})));
  CHECK(desk.terminal.notices() == "Waiting for the keyring's dialog (Ctrl-C cancels)…\n");
  CHECK(announced < std::chrono::milliseconds{1500});
  CHECK(service.hears("Dismiss"));
}

TEST_CASE("where dialogs are allowed a service that is alive is waited for beyond the three seconds") {
  OddService service{"late"};
  Desk desk;
  desk.keychain.allow_dialogs(std::chrono::seconds{60});
  CHECK(desk.keychain.remove(key));
  CHECK(desk.terminal.notices().find("may be showing a dialog") != std::string::npos);
}

TEST_CASE("where dialogs are allowed a service that is dead is given three seconds all the same") {
  OddService service{"slow"};
  Desk desk;
  desk.keychain.allow_dialogs(std::chrono::seconds{60});
  const auto began = std::chrono::steady_clock::now();
  CHECK(outcome_of([&] { desk.keychain.remove(key); }) == outcome_of(keychain_silent(keychain_limit)));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::milliseconds{4500});
}

TEST_SUITE_END();

} // namespace chutes::on_linux
