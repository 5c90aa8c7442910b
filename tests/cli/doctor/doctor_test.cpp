// The results of `doctor`, check by check, and its exit code.
#include "base/json_fields.hpp"
#include "facts.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace chutes;
using namespace chutes::flows;

namespace {

constexpr const char* path = "/AAECAwQFBgcICQoLDA0ODw"; // of the fakes' chance
constexpr const char* word = "EBESExQVFhcYGRobHB0eHw";
constexpr const char* discovery = "https://api.chutes.ai/.well-known/openid-configuration";
constexpr const char* models = "https://llm.chutes.ai/v1/models";
constexpr const char* introspection = "https://api.chutes.ai/idp/token/introspect";
constexpr const char* document = R"({"issuer":"https://api.chutes.ai",
  "authorization_endpoint":"https://api.chutes.ai/idp/authorize","token_endpoint":"https://api.chutes.ai/idp/token",
  "userinfo_endpoint":"https://api.chutes.ai/idp/userinfo"})";

struct Doctor : fakes::World {
  Doctor() {
    sign_in_beforehand(*this);
    variables = {{"DISPLAY", ":0"}, {"HOME", "/home/ada"}, {"SHELL", "/bin/bash"}};
    files.files["/usr/share/bash-completion/completions/chutes-login"] = Secret{"complete -F …"};
  }

  void loopback_answers(const std::string& answer = word) {
    loopback.heads.push_back("GET " + std::string{path} + " HTTP/1.1\r\nHost: 127.0.0.1:40000\r\n\r\n");
    http.expect("GET", "http://127.0.0.1:40000" + std::string{path}, 200, answer);
  }
  void server_answers(const std::string& date = "Mon, 23 Nov 2026 12:00:00 GMT",
                      const std::string& body = document) {
    http.expect("GET", discovery, 200, body).response.headers = {{"Date", date}};
  }
  void models_answer() { http.expect("GET", models, 200, R"({"data":[{"id":"a"},{"id":"b"}]})"); }
  void introspection_answers(bool active) {
    http.expect("POST", introspection, 200, active ? R"({"active":true})" : R"({"active":false})");
  }
  void session_lives() {
    introspection_answers(true); // the access token
    introspection_answers(true); // the refresh token
    account_answers(200);
  }
  void account_answers(int status) {
    http.expect("GET", "https://api.chutes.ai/idp/userinfo", status, R"({"sub":"u-1","username":"ada"})");
  }
  void all_is_well() {
    loopback_answers();
    server_answers();
    models_answer();
    session_lives();
  }

  // The result of one check, from --json.
  Json diagnostic(const std::string& check, int code) {
    CHECK(run({"doctor", "--json"}) == code);
    for (const auto& one : Json::parse(terminal.output))
      if (one["check"] == check)
        return one;
    return {};
  }
};

// Checks the verdict, and facts in detail and hint; the sentences are for the golden file.
void check_result(const Json& diagnostic, const char* verdict, const std::vector<std::string>& facts,
                  const std::vector<std::string>& hint_facts = {}) {
  REQUIRE(diagnostic.is_object());
  CHECK(diagnostic["result"] == verdict);
  const auto detail = diagnostic["detail"].get<std::string>();
  const auto hint = diagnostic.value("hint", "");
  CHECK_MESSAGE(missing(detail, facts).empty(), detail);
  CHECK_MESSAGE(missing(hint, hint_facts).empty(), hint);
  CHECK_MESSAGE(hint.empty() == (std::string{verdict} == "ok" || std::string{verdict} == "skipped"), hint);
  check_golden(detail + (hint.empty() ? "" : "\nhint: " + hint));
}

const Error cut_off{ErrorKind::network, "could not reach api.chutes.ai: connection refused",
                    "check the network"};

void without_network(Doctor& world) {
  world.loopback_answers();
  for (const char* url : {discovery, models})
    world.http.expect("GET", url, 0).failure = std::make_exception_ptr(cut_off);
  world.http.expect("POST", introspection, 0).failure = std::make_exception_ptr(cut_off);
}

} // namespace

TEST_CASE(
    "doctor with nothing wrong reports every check as ok and exits 0, refreshes nothing and leaves no item") {
  Doctor world;
  world.all_is_well();
  const auto items = world.keychain.items;
  CHECK(world.run({"doctor"}) == 0);
  const std::pair<const char*, const char*> expected[] = {
      {"configuration", "https://api.chutes.ai"},
      {"browser", "DISPLAY"},
      {"loopback", "127.0.0.1"},
      {"ports", "9 of 9"},
      {"keychain", "0 ms"},
      {"proxy", "none"},
      {"network", "api.chutes.ai"},
      {"clock", "30 seconds"},
      {"discovery", "endpoints"},
      {"models", "llm.chutes.ai offers 2 "},
      {"session", "ada"},
      {"completion", "/usr/share/bash-completion/completions/chutes-login"}};
  std::istringstream lines{world.terminal.output};
  std::string line;
  for (const auto& [check, fact] : expected) {
    REQUIRE(std::getline(lines, line));
    CHECK_MESSAGE(line.starts_with(std::string{"ok\t"} + check + "\t"), line);
    CHECK_MESSAGE(line.find(fact) != std::string::npos, line);
    CHECK_MESSAGE(line.ends_with('\t'), line); // no hint
  }
  CHECK_FALSE(std::getline(lines, line));
  check_golden(world.terminal.output);
  CHECK(world.terminal.errors.empty());
  CHECK(world.keychain.items == items);
  CHECK(world.loopback.open_listeners == 0);
  CHECK((world.terminal.output + world.terminal.errors).find("cak_") == std::string::npos);
}

TEST_CASE("a broken configuration is a failed check, and the others run without its settings") {
  Doctor world;
  world.all_is_well();
  const std::string configuration = "/home/ada/.config/chutes-login/config.toml";
  world.files.files[configuration] = Secret{"profile = \"work\"\nprofil = \"home\"\n"};
  CHECK(world.run({"doctor"}) == 2);
  const auto first_line = world.terminal.output.substr(0, world.terminal.output.find('\n'));
  CHECK(first_line.starts_with("failed\tconfiguration\t" + configuration + ", line 2: "));
  CHECK(missing(first_line, {" profil\t", "'chutes-login --help'"}).empty());
  CHECK(world.terminal.output.find("\nok\tbrowser\t") != std::string::npos);
  CHECK(world.terminal.output.find("ok\tsession\tsigned in as ada") != std::string::npos);
  CHECK(world.terminal.output.find("ok\tcompletion\t") != std::string::npos);
}

TEST_CASE("doctor on a terminal prints results in columns, with hints below") {
  Doctor world;
  world.all_is_well();
  world.terminal.output_tty = true;
  world.variables.erase("DISPLAY");
  CHECK(world.run({"doctor", "--color", "never"}) == 0);
  CHECK(missing(world.terminal.output,
                {"ok       configuration  profile default",
                 "\n                        https://api.chutes.ai\nwarning  browser        ",
                 "\n                        hint: 'chutes-login login'", "\nok       loopback       "})
            .empty());
  check_golden(world.terminal.output);
}

TEST_CASE("doctor colours the verdicts if colour is on") {
  Doctor world;
  without_network(world);
  world.terminal.output_tty = true;
  world.variables.erase("DISPLAY");
  CHECK(world.run({"doctor", "--color", "always"}) == 5);
  const auto& output = world.terminal.output;
  CHECK(output.find("\x1b[32mok ") != std::string::npos);
  CHECK(output.find("\x1b[33mwarning ") != std::string::npos);
  CHECK(output.find("\x1b[1;31mfailed ") != std::string::npos);
}

TEST_CASE("doctor in a remote shell says how the port is forwarded") {
  Doctor world;
  world.all_is_well();
  world.variables = {{"SSH_CONNECTION", "192.0.2.7 50000 192.0.2.9 22"}, {"USER", "ada"}};
  check_result(world.diagnostic("browser", 0), "warning", {"remote", "SSH_CONNECTION"},
               {"'chutes-login login'", "ssh -N -L 28417:127.0.0.1:28417 ada@192.0.2.9"});
}

TEST_CASE("doctor reports another program that answers in place of the listener") {
  Doctor world;
  world.loopback_answers("<html>Blocked</html>");
  world.server_answers();
  world.models_answer();
  world.session_lives();
  check_result(world.diagnostic("loopback", 4), "failed", {"127.0.0.1"}, {"program"});
  CHECK(world.terminal.errors.find(R"("kind":"not_authorized")") != std::string::npos);
}

TEST_CASE("doctor reports a request to its own listener that fails") {
  Doctor world;
  world.http.expect("GET", "http://127.0.0.1:40000" + std::string{path}, 0).failure =
      std::make_exception_ptr(Error{ErrorKind::network, "connection refused", "check the firewall"});
  world.server_answers();
  world.models_answer();
  world.session_lives();
  check_result(world.diagnostic("loopback", 4), "failed", {"127.0.0.1", "connection refused"},
               {"check the firewall"});
}

TEST_CASE("doctor names the programs that use redirect URI ports, and fails only if no port is free") {
  Doctor world;
  world.all_is_well();
  SUBCASE("some are held") {
    world.loopback.taken = {28417};
    check_result(world.diagnostic("ports", 0), "ok", {"8 of 9 ", "; 28417 ", "nginx (pid 4711)"});
  }
  SUBCASE("all are held") {
    for (std::uint16_t port = 28417; port <= 28425; ++port)
      world.loopback.taken.insert(port);
    check_result(world.diagnostic("ports", 4), "failed", {"0 of 9 "}, {"'chutes-login setup'"});
  }
}

TEST_CASE("doctor reports a keychain that is locked, or that loses items") {
  Doctor world;
  SUBCASE("locked: the session cannot be looked at, all else is") {
    world.loopback_answers();
    world.server_answers();
    world.models_answer();
    world.keychain.fail_with = KeychainState::locked;
    check_result(world.diagnostic("keychain", 7), "failed", {"the keychain is locked"}, {"unlock it"});
    CHECK(world.terminal.output.find(
              R"({"check":"session","result":"skipped","detail":"the keychain is locked"})") !=
          std::string::npos);
  }
  SUBCASE("what is written is lost") {
    world.all_is_well();
    world.keychain.lose_writes = true;
    check_result(world.diagnostic("keychain", 7), "failed", {"read"}, {"--store file"});
  }
}

TEST_CASE("doctor without a network skips what needs the server, and ends as a network failure") {
  Doctor world;
  without_network(world);
  CHECK(world.run({"doctor"}) == 5);
  for (const char* line :
       {"failed\tnetwork\tcould not reach api.chutes.ai: connection refused\tcheck the network\n",
        "skipped\tclock\t", "skipped\tdiscovery\t", "failed\tmodels\t", "skipped\tsession\t",
        "ok\tcompletion\t"})
    CHECK_MESSAGE(world.terminal.output.find(line) != std::string::npos, line);
  CHECK(
      missing(world.terminal.errors, {"chutes-login: 2 ", ": network, models\n", "hint: check the network\n"})
          .empty());
  check_golden(world.terminal.output + world.terminal.errors);
}

TEST_CASE("doctor measures this computer's clock against the server's") {
  Doctor world;
  world.loopback_answers();
  const char* date = nullptr;
  const char* verdict = nullptr;
  std::vector<std::string> facts;
  std::vector<std::string> hint_facts;
  int code = 0;
  SUBCASE("a minute off is a warning") {
    date = "Mon, 23 Nov 2026 12:01:00 GMT";
    verdict = "warning";
    facts = {"1 minute behind"};
    hint_facts = {"'timedatectl set-ntp true'"};
  }
  SUBCASE("an hour off is a failure") {
    date = "Mon, 23 Nov 2026 11:00:00 GMT";
    verdict = "failed";
    facts = {"1 hour ahead of"};
    hint_facts = {"'timedatectl set-ntp true'"};
    code = 4;
  }
  SUBCASE("without a date there is nothing to compare") {
    date = "soon";
    verdict = "skipped";
  }
  world.server_answers(date);
  world.models_answer();
  world.session_lives();
  check_result(world.diagnostic("clock", code), verdict, facts, hint_facts);
}

TEST_CASE("doctor compares the endpoints that the server names with those built in") {
  Doctor world;
  world.loopback_answers();
  SUBCASE("another address is a warning") {
    world.server_answers("Mon, 23 Nov 2026 12:00:00 GMT",
                         R"({"token_endpoint":"https://idp.chutes.ai/v2/token"})");
    world.models_answer();
    world.session_lives();
    check_result(world.diagnostic("discovery", 0), "warning",
                 {"token_endpoint is https://idp.chutes.ai/v2/token ", "https://api.chutes.ai/idp/token "});
  }
  SUBCASE("a page instead of the document is a failure") {
    world.server_answers("Mon, 23 Nov 2026 12:00:00 GMT", "<html>Welcome to our hotel</html>");
    world.models_answer();
    world.session_lives();
    check_result(world.diagnostic("discovery", 6), "failed", {"api.chutes.ai"}, {"CHUTES_IDP_BASE_URL"});
  }
}

TEST_CASE("doctor reports whether the session can still be used") {
  Doctor world;
  world.loopback_answers();
  world.server_answers();
  world.models_answer();
  SUBCASE("the server has ended it") {
    world.introspection_answers(false);
    world.introspection_answers(false);
    check_result(world.diagnostic("session", 3), "failed", {"profile default"}, {"'chutes-login login'"});
  }
  SUBCASE("only the access token is gone") {
    world.introspection_answers(false);
    world.introspection_answers(true);
    check_result(world.diagnostic("session", 0), "warning", {"ada", "access token"},
                 {"'chutes-login refresh'"});
  }
  SUBCASE("only the refresh token is gone") {
    world.introspection_answers(true);
    world.introspection_answers(false);
    world.account_answers(200);
    check_result(world.diagnostic("session", 0), "warning",
                 {"ada", "refresh token", "in 1 hour (2026-11-23T13:00:00Z)"}, {"'chutes-login login'"});
  }
  SUBCASE("it has expired and can be renewed") {
    auto session = example_session(world);
    session.expires_at = world.clock.now() - std::chrono::hours{1};
    world.keychain.items[session_key] = session::encode(session);
    world.introspection_answers(true);
    check_result(world.diagnostic("session", 0), "ok", {"ada", "next call"});
  }
  SUBCASE("the app of its client is inactive, which introspection does not say") {
    world.introspection_answers(true);
    world.introspection_answers(true);
    world.account_answers(401);
    check_result(world.diagnostic("session", 3), "failed", {"ada", "inactive"},
                 {"'chutes-login app update cid_example --activate'"});
  }
  SUBCASE("the app is inactive, and the access token has expired") {
    auto session = example_session(world);
    session.expires_at = world.clock.now() - std::chrono::hours{1};
    world.keychain.items[session_key] = session::encode(session);
    world.introspection_answers(true);
    world.http.authorization_page = {400, {}, "<p>Unknown client_id</p>"};
    check_result(world.diagnostic("session", 3), "failed", {"ada", "inactive"},
                 {"'chutes-login app update cid_example --activate'"});
  }
  SUBCASE("whether the service takes its tokens is not known") {
    world.introspection_answers(true);
    world.introspection_answers(true);
    world.account_answers(503);
    check_result(world.diagnostic("session", 0), "skipped", {"could not be asked"});
  }
  SUBCASE("not signed in") {
    world.keychain.items.clear();
    check_result(world.diagnostic("session", 0), "warning", {"profile 'default'"}, {"'chutes-login login'"});
  }
  SUBCASE("an API key alone") {
    world.keychain.items.clear();
    world.variables["CHUTES_API_KEY"] = "cpk_key";
    check_result(world.diagnostic("session", 0), "ok", {"profile 'default'", "CHUTES_API_KEY"});
  }
  SUBCASE("an API key does not hide a session that cannot be read") {
    world.keychain.items[session_key] = Secret{"garbage"};
    world.variables["CHUTES_API_KEY"] = "cpk_key";
    check_result(world.diagnostic("session", 7), "failed", {"is damaged"}, {"logout --profile default"});
  }
  SUBCASE("a token in the environment overrides it") {
    world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
    world.introspection_answers(false);
    check_result(world.diagnostic("session", 3), "failed", {"CHUTES_ACCESS_TOKEN"}, {"CHUTES_ACCESS_TOKEN"});
  }
  SUBCASE("a token in the environment that is active, and refused, is an inactive app's") {
    world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
    world.introspection_answers(true);
    world.account_answers(401);
    check_result(world.diagnostic("session", 3), "failed", {"CHUTES_ACCESS_TOKEN", "inactive"},
                 {"--activate", "CHUTES_ACCESS_TOKEN"});
  }
}

TEST_CASE("doctor names the proxy without its password") {
  Doctor world;
  world.all_is_well();
  world.variables["HTTPS_PROXY"] = "http://ada:geheim@proxy.example:3128/";
  world.variables["NO_PROXY"] = "example.org";
  check_result(world.diagnostic("proxy", 0), "ok", {"proxy.example:3128 ", "HTTPS_PROXY", "example.org"});
  CHECK(world.terminal.output.find("geheim") == std::string::npos);
}

TEST_CASE("doctor fails for a proxy of a kind that is not supported, and for no other") {
  for (const auto& [proxy, supported] :
       std::vector<std::pair<std::string, bool>>{{"proxy.example:3128", true},
                                                 {"http://proxy.example", true},
                                                 {"HTTPS://proxy.example", true},
                                                 {"socks5://proxy.example", true},
                                                 {"socks5h://ada:geheim@proxy.example:1080", true},
                                                 {"socks4://proxy.example", false},
                                                 {"socks4a://ada:geheim@proxy.example", false},
                                                 {"quic://proxy.example", false}}) {
    CAPTURE(proxy);
    Doctor world;
    world.all_is_well();
    world.variables["ALL_PROXY"] = proxy;
    if (supported)
      check_result(world.diagnostic("proxy", 0), "ok", {"proxy.example", "ALL_PROXY"});
    else
      check_result(world.diagnostic("proxy", 2), "failed", {"proxy.example", "ALL_PROXY"},
                   {"ALL_PROXY", "socks5h://"});
    CHECK(world.terminal.output.find("geheim") == std::string::npos);
  }
}

TEST_CASE("doctor says how to install the completion if the shell has none") {
  Doctor world;
  world.all_is_well();
  world.files.files.clear();
  world.variables["SHELL"] = "/usr/bin/fish";
  check_result(world.diagnostic("completion", 0), "warning", {"fish"},
               {"chutes-login completion fish >~/.config/fish/completions/chutes-login.fish"});
}

TEST_CASE("a signal ends doctor at once") {
  Doctor world;
  world.http.expect("GET", "http://127.0.0.1:40000" + std::string{path}, 0).failure =
      std::make_exception_ptr(Error{ErrorKind::interrupted, "interrupted"});
  CHECK(world.run({"doctor"}) == 130);
  CHECK(world.terminal.errors.empty());
}

TEST_CASE("doctor --issuer asks that server only, and not for the service's models") {
  Doctor world;
  constexpr const char* there = "https://idp.example.org/.well-known/openid-configuration";
  constexpr const char* its_document =
      R"({"issuer":"https://idp.example.org","authorization_endpoint":"https://idp.example.org/a",)"
      R"("token_endpoint":"https://idp.example.org/t"})";
  world.loopback_answers();
  for (int i = 0; i < 2; ++i) // the check's own, and the one that is kept
    world.http.expect("GET", there, 200, its_document);
  CHECK(world.run({"doctor", "--json", "--issuer", "https://idp.example.org"}) == 0);
  for (const auto& one : Json::parse(world.terminal.output))
    if (one["check"] == "models")
      CHECK(one["result"] == "skipped");
  for (const auto& request : world.http.requests)
    CHECK(request.url.host != "llm.chutes.ai");
}
