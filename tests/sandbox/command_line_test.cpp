#include "base/error.hpp"
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

TEST_CASE("Without options the sandbox asks a person, by the rules of today, on any free port") {
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

TEST_CASE("Every option is taken with a space or an equals sign") {
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

TEST_CASE("What the command line cannot mean is a usage error that says what is wanted") {
  CHECK(complaint({"--port", "65536"}) == "--port wants a number from 0 to 65535");
  CHECK(complaint({"--port", "80x"}) == "--port wants a number from 0 to 65535");
  CHECK(complaint({"--port"}) == "--port wants a value");
  CHECK(complaint({"--approve", "maybe"}) == "--approve wants auto, ask or deny");
  CHECK(complaint({"--rules", "latest"}) == "--rules wants new or old");
  CHECK(complaint({"--token-lifetime", "0"}) == "--token-lifetime wants a number from 1 to 86400");
  CHECK(complaint({"--tls=yes"}) == "--tls takes no value");
  CHECK(complaint({"--user", ""}) == "--user wants a name");
  CHECK(complaint({"--user", "ada", "--user", "ada"}) == "there cannot be two users called ada");
  CHECK(complaint({"serve"}) == "unexpected argument serve");
  CHECK(complaint({"--nonsense"}) == "unexpected argument --nonsense");
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
