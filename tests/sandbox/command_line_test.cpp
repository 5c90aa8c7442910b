#include "base/error.hpp"
#include "golden.hpp"
#include "sandbox/command_line.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::sandbox;

namespace {

// The message of the usage error that these words cause; "accepted" if they cause none.
std::string complaint(const std::vector<std::string>& words) {
  try {
    static_cast<void>(parse_command_line(words));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.what();
  }
  return "accepted";
}

} // namespace

TEST_CASE("Without options the sandbox asks a person, by the current rules, on any free port") {
  const auto line = parse_command_line({});
  CHECK(line.server.port == 0);
  CHECK_FALSE(line.server.tls);
  CHECK(line.server.rules.approval == Approval::ask);
  CHECK_FALSE(line.server.rules.old_generation);
  CHECK(line.server.rules.token_lifetime == std::chrono::seconds{3600});
  CHECK(line.server.usernames.empty());
  CHECK_FALSE(line.server.state_file);
  CHECK(line.server.faults.empty());
}

TEST_CASE("Every option is accepted with a space or an equals sign") {
  const auto line = parse_command_line({"--port", "8080", "--tls", "--user=ada", "--user", "bob",
                                        "--approve=deny", "--rules", "old", "--token-lifetime=60", "--state",
                                        "file", "--fault=/idp/token@2:html=502", "--print-env"});
  CHECK(line.server.port == 8080);
  CHECK(line.server.tls);
  CHECK(line.server.usernames == std::vector<std::string>{"ada", "bob"});
  CHECK(line.server.rules.approval == Approval::deny);
  CHECK(line.server.rules.old_generation);
  CHECK(line.server.rules.token_lifetime == std::chrono::seconds{60});
  CHECK(line.server.state_file == "file");
  CHECK(line.server.faults == std::vector<std::string>{"/idp/token@2:html=502"});
}

TEST_CASE("An invalid command line is a usage error that names the option and its valid values") {
  struct Row {
    std::vector<std::string> words;
    std::vector<std::string> facts;
  };
  const Row rows[] = {{{"--port", "65536"}, {"--port", "0", "65535"}},
                      {{"--port", "80x"}, {"--port", "0", "65535"}},
                      {{"--port"}, {"--port"}},
                      {{"--approve", "maybe"}, {"--approve", "auto", "ask", "deny"}},
                      {{"--rules", "latest"}, {"--rules", "new", "old"}},
                      {{"--token-lifetime", "0"}, {"--token-lifetime", "1", "86400"}},
                      {{"--tls=yes"}, {"--tls"}},
                      {{"--user", ""}, {"--user"}},
                      {{"--user", "ada", "--user", "ada"}, {"--user", "ada"}},
                      {{"serve"}, {"serve"}},
                      {{"--nonsense"}, {"--nonsense"}}};
  std::string all;
  for (const auto& row : rows) {
    const auto message = complaint(row.words);
    CHECK(message != "accepted");
    for (const auto& fact : row.facts)
      CHECK_MESSAGE(message.find(fact) != std::string::npos, message);
    all += message + "\n";
  }
  check_golden(all);
}

TEST_CASE("The help names every option and every fault") {
  const auto help = help_text();
  for (const auto* word : {"--port", "--tls", "--user", "--approve", "--rules", "--token-lifetime", "--state",
                           "--fault", "--print-env", "--version", "--help", "/_sandbox/log",
                           "/_sandbox/clock", "/_sandbox/fault", "bare-error"}) {
    CAPTURE(word);
    CHECK(help.find(word) != std::string::npos);
  }
}
