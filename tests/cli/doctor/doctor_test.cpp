// What `doctor` finds, link by link, and how it ends.
#include "base/json_fields.hpp"
#include "flows/signed_in.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

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
  }
  void all_is_well() {
    loopback_answers();
    server_answers();
    models_answer();
    session_lives();
  }

  // The finding of one check, as --json tells it.
  Json diagnostic(const std::string& check, int code) {
    CHECK(run({"doctor", "--json"}) == code);
    for (const auto& one : Json::parse(terminal.output))
      if (one["check"] == check)
        return one;
    return {};
  }
};

Json found(const char* check, const char* result, const std::string& detail, const std::string& hint = "") {
  Json json{{"check", check}, {"result", result}, {"detail", detail}};
  if (!hint.empty())
    json["hint"] = hint;
  return json;
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
    "doctor where all is well says so of every link and exits 0, with nothing refreshed and no probe left") {
  Doctor world;
  world.all_is_well();
  const auto items = world.keychain.items;
  CHECK(world.run({"doctor"}) == 0);
  CHECK(world.terminal.output ==
        "ok\tconfiguration\tprofile default, secrets in the keychain, service https://api.chutes.ai\t\n"
        "ok\tbrowser\twill be started here (desktop, because DISPLAY is set)\t\n"
        "ok\tloopback\ta request to 127.0.0.1 came back in 0 ms\t\n"
        "ok\tports\t9 of 9 ports of redirect URIs are free\t\n"
        "ok\tkeychain\tan item was written, read and erased in 0 ms\t\n"
        "ok\tproxy\tnone\t\n"
        "ok\tnetwork\tapi.chutes.ai can be reached, its certificate is trusted\t\n"
        "ok\tclock\tas the server's, within 30 seconds\t\n"
        "ok\tdiscovery\tthe server names the endpoints that are built in\t\n"
        "ok\tmodels\tllm.chutes.ai offers 2\t\n"
        "ok\tsession\tsigned in as ada, the token is good and expires in 1 hour (2026-11-23T13:00:00Z)\t\n"
        "ok\tcompletion\tbash finds it in /usr/share/bash-completion/completions/chutes-login\t\n");
  CHECK(world.terminal.errors.empty());
  CHECK(world.keychain.items == items);
  CHECK(world.loopback.open_listeners == 0);
  CHECK((world.terminal.output + world.terminal.errors).find("cak_") == std::string::npos);
}

TEST_CASE("a broken configuration is a finding, and the rest is looked at without its settings") {
  Doctor world;
  world.all_is_well();
  const std::string configuration = "/home/ada/.config/chutes-login/config.toml";
  world.files.files[configuration] = Secret{"profile = \"work\"\nprofil = \"home\"\n"};
  CHECK(world.run({"doctor"}) == 2);
  CHECK(world.terminal.output.starts_with("failed\tconfiguration\t" + configuration +
                                          ", line 2: there is no setting profil\t'chutes-login --help' lists "
                                          "the options, whose names without dashes "
                                          "are the settings\nok\tbrowser\t"));
  CHECK(world.terminal.output.find("ok\tsession\tsigned in as ada") != std::string::npos);
  CHECK(world.terminal.output.find("ok\tcompletion\t") != std::string::npos);
}

TEST_CASE("doctor on a terminal lays findings out in columns, with what mends them below") {
  Doctor world;
  world.all_is_well();
  world.terminal.output_tty = true;
  world.variables.erase("DISPLAY");
  CHECK(world.run({"doctor", "--color", "never"}) == 0);
  CHECK(world.terminal.output.find(
            "ok       configuration  profile default, secrets in the keychain, service\n"
            "                        https://api.chutes.ai\n"
            "warning  browser        none will be started here (no_display, because neither\n"
            "                        WAYLAND_DISPLAY nor DISPLAY nor BROWSER is set)\n"
            "                        hint: 'chutes-login login' prints the address to open\n"
            "ok       loopback       a request to 127.0.0.1 came back in 0 ms\n") != std::string::npos);
}

TEST_CASE("doctor colours what it thinks of each, where colour is wanted") {
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
  CHECK(world.diagnostic("browser", 0) ==
        found("browser", "warning", "none will be started here (remote, because SSH_CONNECTION is set)",
              "'chutes-login login' prints the address to open; forward the port from the machine in front "
              "of you: "
              "ssh -N -L 28417:127.0.0.1:28417 ada@192.0.2.9"));
}

TEST_CASE("doctor tells when something else answers where our listener should") {
  Doctor world;
  world.loopback_answers("<html>Blocked</html>");
  world.server_answers();
  world.models_answer();
  world.session_lives();
  CHECK(world.diagnostic("loopback", 4) ==
        found("loopback", "failed", "something else answered at a port of 127.0.0.1 that is ours",
              "look for a program that redirects local connections, such as a security suite or a VPN"));
  CHECK(world.terminal.errors.find(R"("kind":"not_authorized")") != std::string::npos);
}

TEST_CASE("doctor tells when a request to our own listener does not arrive") {
  Doctor world;
  world.http.expect("GET", "http://127.0.0.1:40000" + std::string{path}, 0).failure =
      std::make_exception_ptr(Error{ErrorKind::network, "connection refused", "check the firewall"});
  world.server_answers();
  world.models_answer();
  world.session_lives();
  CHECK(world.diagnostic("loopback", 4) ==
        found("loopback", "failed", "a request to our own listener on 127.0.0.1 failed: connection refused",
              "check the firewall"));
}

TEST_CASE("doctor names who holds the ports of redirect URIs, and fails only where none is left") {
  Doctor world;
  world.all_is_well();
  SUBCASE("some are held") {
    world.loopback.taken = {28417};
    CHECK(world.diagnostic("ports", 0) ==
          found("ports", "ok", "8 of 9 ports of redirect URIs are free; 28417 is held by nginx (pid 4711)"));
  }
  SUBCASE("all are held") {
    for (std::uint16_t port = 28417; port <= 28425; ++port)
      world.loopback.taken.insert(port);
    const auto diagnostic = world.diagnostic("ports", 4);
    CHECK(diagnostic["result"] == "failed");
    CHECK(diagnostic["hint"] == "end one of them, or have 'chutes-login setup' replace a redirect URI");
  }
}

TEST_CASE("doctor tells of a keychain that is locked, or that forgets") {
  Doctor world;
  SUBCASE("locked: the session cannot be looked at, all else is") {
    world.loopback_answers();
    world.server_answers();
    world.models_answer();
    world.keychain.fail_with = KeychainState::locked;
    CHECK(world.diagnostic("keychain", 7) ==
          found("keychain", "failed", "the keychain is locked", "unlock it"));
    CHECK(world.terminal.output.find(
              R"({"check":"session","result":"skipped","detail":"the keychain is locked"})") !=
          std::string::npos);
  }
  SUBCASE("what is written is lost") {
    world.all_is_well();
    world.keychain.lose_writes = true;
    CHECK(world.diagnostic("keychain", 7)["detail"] == "what is written cannot be read back");
  }
}

TEST_CASE("doctor without a network skips what needs the server, and ends as a network failure") {
  Doctor world;
  without_network(world);
  CHECK(world.run({"doctor"}) == 5);
  for (const char* line :
       {"failed\tnetwork\tcould not reach api.chutes.ai: connection refused\tcheck the network\n",
        "skipped\tclock\tthe authorization server cannot be reached\t\n",
        "skipped\tdiscovery\tthe authorization server cannot be reached\t\n", "failed\tmodels\t",
        "skipped\tsession\tthe server could not be asked: could not reach api.chutes.ai: connection "
        "refused\t\n",
        "ok\tcompletion\t"})
    CHECK_MESSAGE(world.terminal.output.find(line) != std::string::npos, line);
  CHECK(world.terminal.errors == "chutes-login: 2 checks failed: network, models\nhint: check the network\n");
}

TEST_CASE("doctor measures this computer's clock against the server's") {
  Doctor world;
  world.loopback_answers();
  const char* date = nullptr;
  Json expected;
  int code = 0;
  SUBCASE("a minute off is a warning") {
    date = "Mon, 23 Nov 2026 12:01:00 GMT";
    expected = found("clock", "warning", "this computer's clock is 1 minute behind the server's",
                     "set it, for example with 'timedatectl set-ntp true'");
  }
  SUBCASE("an hour off is a failure") {
    date = "Mon, 23 Nov 2026 11:00:00 GMT";
    expected = found("clock", "failed", "this computer's clock is 1 hour ahead of the server's",
                     "set it, for example with 'timedatectl set-ntp true'");
    code = 4;
  }
  SUBCASE("no date tells nothing") {
    date = "soon";
    expected = found("clock", "skipped", "the server does not tell the time");
  }
  world.server_answers(date);
  world.models_answer();
  world.session_lives();
  CHECK(world.diagnostic("clock", code) == expected);
}

TEST_CASE("doctor compares the endpoints that the server names with those built in") {
  Doctor world;
  world.loopback_answers();
  SUBCASE("another address is a warning") {
    world.server_answers("Mon, 23 Nov 2026 12:00:00 GMT",
                         R"({"token_endpoint":"https://idp.chutes.ai/v2/token"})");
    world.models_answer();
    world.session_lives();
    CHECK(
        world.diagnostic("discovery", 0) ==
        found(
            "discovery", "warning",
            "token_endpoint is https://idp.chutes.ai/v2/token there and https://api.chutes.ai/idp/token here",
            "look for a newer version of this program"));
  }
  SUBCASE("a page instead of the document is a failure") {
    world.server_answers("Mon, 23 Nov 2026 12:00:00 GMT", "<html>Welcome to our hotel</html>");
    world.models_answer();
    world.session_lives();
    CHECK(world.diagnostic("discovery", 6)["detail"] == "what answers at api.chutes.ai is not the service");
  }
}

TEST_CASE("doctor tells what became of the session") {
  Doctor world;
  world.loopback_answers();
  world.server_answers();
  world.models_answer();
  SUBCASE("the server has ended it") {
    world.introspection_answers(false);
    world.introspection_answers(false);
    CHECK(world.diagnostic("session", 3) == found("session", "failed",
                                                  "the server knows the session of profile default no more",
                                                  "'chutes-login login'"));
  }
  SUBCASE("only the access token is gone") {
    world.introspection_answers(false);
    world.introspection_answers(true);
    CHECK(world.diagnostic("session", 0)["result"] == "warning");
  }
  SUBCASE("only the refresh token is gone") {
    world.introspection_answers(true);
    world.introspection_answers(false);
    CHECK(world.diagnostic("session", 0) ==
          found("session", "warning",
                "signed in as ada, but the server has ended the refresh token; the session ends in 1 hour "
                "(2026-11-23T13:00:00Z)",
                "'chutes-login login'"));
  }
  SUBCASE("it has expired and can be renewed") {
    auto session = example_session(world);
    session.expires_at = world.clock.now() - std::chrono::hours{1};
    world.keychain.items[session_key] = session::encode(session);
    world.introspection_answers(true);
    CHECK(world.diagnostic("session", 0) ==
          found("session", "ok", "signed in as ada, the next call renews the token"));
  }
  SUBCASE("nobody is signed in") {
    world.keychain.items.clear();
    CHECK(world.diagnostic("session", 0) ==
          found("session", "warning", "nobody is signed in as profile default", "'chutes-login login'"));
  }
  SUBCASE("the token of the environment goes before it") {
    world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
    world.introspection_answers(false);
    CHECK(world.diagnostic("session", 3)["detail"] ==
          "the server does not know the token in CHUTES_ACCESS_TOKEN, which calls use");
  }
}

TEST_CASE("doctor names the proxy without its password") {
  Doctor world;
  world.all_is_well();
  world.variables["HTTPS_PROXY"] = "http://ada:geheim@proxy.example:3128/";
  world.variables["NO_PROXY"] = "example.org";
  CHECK(world.diagnostic("proxy", 0) ==
        found("proxy", "ok", "requests go through proxy.example:3128 (HTTPS_PROXY), except for example.org"));
}

TEST_CASE("doctor says how completion is installed where the shell has none of ours") {
  Doctor world;
  world.all_is_well();
  world.files.files.clear();
  world.variables["SHELL"] = "/usr/bin/fish";
  CHECK(world.diagnostic("completion", 0) ==
        found("completion", "warning", "fish has none of ours where it looks by itself",
              "chutes-login completion fish >~/.config/fish/completions/chutes-login.fish"));
}

TEST_CASE("a signal ends doctor at once") {
  Doctor world;
  world.http.expect("GET", "http://127.0.0.1:40000" + std::string{path}, 0).failure =
      std::make_exception_ptr(Error{ErrorKind::interrupted, "interrupted"});
  CHECK(world.run({"doctor"}) == 130);
  CHECK(world.terminal.errors.empty());
}
