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
  CHECK(outcome_of([&] { desk.keychain.find(key); }) == outcome_of(keychain_silent()));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::milliseconds{3500});
}

TEST_CASE("a service that asks for a prompt gets none, and the call fails at once") {
  OddService service{"asks"};
  Desk desk;
  const auto began = std::chrono::steady_clock::now();
  const auto failed = outcome_of([&] { desk.keychain.remove(key); });
  CHECK(failed.kind == ErrorKind::keychain);
  CHECK(failed.message.find("prompt") != std::string::npos);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{1});
  const auto asked = service.stop();
  CHECK(asked.find("Delete\n") != std::string::npos);
  CHECK(asked.find("Prompt\n") == std::string::npos);
}

TEST_SUITE_END();

} // namespace chutes::on_linux
