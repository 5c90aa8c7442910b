// The three ways into a sign-in: the browser here, a paste on the terminal, a forwarded port.
#include "flows/person.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

// Somebody at a terminal far from their browser, who types what `type` makes of the printed address.
struct FarPerson : fakes::World {
  FarPerson() {
    variables = {{"CHUTES_OAUTH_CLIENT_ID", "cid_example"},
                 {"CHUTES_OAUTH_CLIENT_SECRET", "csc_secret"},
                 {"SSH_CONNECTION", "10.0.0.2 50000 192.0.2.7 22"},
                 {"USER", "ada"}};
    terminal.error_tty = true;
    terminal.has_hidden_input = true;
    loopback.on_empty = [this] {
      if (!lines.empty()) {
        terminal.typed.push_back(lines.front()(printed_address()));
        lines.pop_front();
      } else {
        clock.advance(std::chrono::seconds{1});
      }
    };
  }

  Url printed_address() const {
    const auto begin = terminal.errors.find("  https://") + 2;
    return *Url::parse(terminal.errors.substr(begin, terminal.errors.find('\n', begin) - begin));
  }
  static std::string ended_on(const Url& address) {
    const auto query = query_of(address);
    return *single_field(query, "redirect_uri") + "?code=the-code&state=" + *single_field(query, "state");
  }
  void expect_tokens() {
    http.expect("POST", "https://api.chutes.ai/idp/token", 200, token_json).look =
        [](const HttpRequest& request) {
          CHECK(single_field(*parse_form(request.body), "code") == "the-code");
        };
    http.expect("GET", "https://api.chutes.ai/idp/userinfo", 200, userinfo_json);
  }

  std::deque<std::function<std::string(const Url& address)>> lines;
};

} // namespace

TEST_CASE(
    "in a remote shell the address is printed with the line that forwards the port, and a paste is taken") {
  FarPerson world;
  world.lines = {FarPerson::ended_on};
  world.expect_tokens();
  CHECK(world.run({"login"}) == 0);
  const auto& said = world.terminal.errors;
  CHECK(said.find("SSH_CONNECTION") != std::string::npos);
  CHECK(said.find("\n\n  https://api.chutes.ai/idp/authorize?") != std::string::npos);
  CHECK(said.find("\n  ssh -N -L 28417:127.0.0.1:28417 ada@192.0.2.7\n") != std::string::npos);
  check_golden(said);
  CHECK(world.browser.opened.empty());
  CHECK(kept_session(world).access_token == Secret{"cak_new"});
  CHECK(world.loopback.open_listeners == 0);
  CHECK(world.terminal.hidden_inputs == 0);
}

TEST_CASE("a bad paste is explained, without repeating it, and the next one is taken") {
  FarPerson world;
  world.lines = {[](const Url&) { return "the-code"; }, [](const Url& address) { return address.text(); },
                 FarPerson::ended_on};
  world.expect_tokens();
  CHECK(world.run({"login"}) == 0);
  CHECK(world.terminal.errors.find("the-code") == std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("a pasted refusal is a refusal") {
  FarPerson world;
  world.lines = {[](const Url& address) {
    return *single_field(query_of(address), "redirect_uri") +
           "?error=access_denied&state=" + *single_field(query_of(address), "state");
  }};
  CHECK(world.run({"login"}) == 4);
  CHECK(world.keychain.items.empty());
}

TEST_CASE("a forwarded port serves as well: the browser's answer comes while the terminal listens") {
  FarPerson world;
  world.loopback.on_empty = [&] {
    world.loopback.heads.push_back(
        get("/callback?code=the-code&state=" + *single_field(query_of(world.printed_address()), "state"),
            "127.0.0.1:28417"));
    world.loopback.on_empty = [&] { world.loopback.heads.push_back(get("/done", "127.0.0.1:28417")); };
  };
  world.expect_tokens();
  CHECK(world.run({"login"}) == 0);
}

TEST_CASE("nothing is read from the terminal with --no-input, or where nobody would see what is said") {
  FarPerson world;
  std::vector<std::string> command{"login", "--wait", "2s"};
  SUBCASE("--no-input") {
    command.emplace_back("--no-input");
  }
  SUBCASE("standard error is a file") {
    world.terminal.error_tty = false;
  }
  SUBCASE("no terminal") {
    world.terminal.has_hidden_input = false;
  }
  world.lines = {FarPerson::ended_on};
  CHECK(world.run(command) == 4);
  CHECK(world.terminal.errors.find("paste") == std::string::npos);
}

TEST_CASE("a browser for terminals is not started behind the person's back") {
  fakes::World world;
  Person person{world};
  world.variables["BROWSER"] = "w3m";
  CHECK(world.run({"login", "--wait", "1s"}) == 4);
  CHECK(world.browser.opened.empty());
  CHECK(world.terminal.errors.find("BROWSER") != std::string::npos);
  CHECK(world.terminal.errors.find("https://api.chutes.ai/idp/authorize?") != std::string::npos);
}
