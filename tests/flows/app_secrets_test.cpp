// Where a client secret is stored, which the service returns only once: the destination is checked before the
// secret is requested, and the secret is never lost and goes nowhere else.
#include "flows/app_owner.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

const KeychainKey secret_key{"default", "https://api.chutes.ai", "client:cid_1"};

struct Rotating : AppOwner {
  int rotate(const std::string& to) { return run({"app", "rotate-secret", "cid_1", "--secret-to", to}); }
  void expect_rotation() {
    expect_find();
    http.expect("POST", apps_url + "/" + app_id + "/regenerate-secret", 200, renewed_json).look =
        [this](const HttpRequest&) { CHECK(signals.held == 1); };
  }
};

} // namespace

TEST_CASE("--secret-to file: makes a file of its own, and never writes over one") {
  AppOwner world;
  SUBCASE("new") {
    world.expect_creation();
    CHECK(world.run(world.create({"--secret-to", "file:secret.txt"})) == 0);
    CHECK(world.secret_files.files.at("secret.txt") == "csc_canary\n");
    CHECK(world.terminal.output.ends_with("  secret         in secret.txt\n"));
    CHECK(world.keychain.items.empty());
    CHECK(!world.secret_was_shown());
  }
  SUBCASE("there already") {
    world.secret_files.files["secret.txt"] = "mine";
    CHECK(world.run(world.create({"--secret-to", "file:secret.txt"})) == 2);
    CHECK(world.says("secret.txt already exists"));
    CHECK(world.says("--force"));
    check_golden(world.terminal.errors);
    CHECK(world.http.requests.empty());
  }
  SUBCASE("there already, with --force") {
    world.secret_files.files["secret.txt"] = "old";
    world.expect_creation();
    CHECK(world.run(world.create({"--secret-to", "file:secret.txt", "--force"})) == 0);
    CHECK(world.secret_files.files.at("secret.txt") == "csc_canary\n");
  }
}

TEST_CASE("--secret-to env-file: sets the variables that applications read, and keeps what else is there") {
  AppOwner world;
  world.secret_files.files[".env.local"] = "NEXT_PUBLIC_APP_URL=http://localhost:3000\n"
                                           "CHUTES_OAUTH_CLIENT_SECRET=csc_old\n";
  world.expect_creation();
  CHECK(world.run(world.create({"--secret-to", "env-file:.env.local"})) == 0);
  CHECK(world.secret_files.files.at(".env.local") ==
        "NEXT_PUBLIC_APP_URL=http://localhost:3000\n"
        "CHUTES_OAUTH_CLIENT_SECRET=csc_canary\n"
        "CHUTES_OAUTH_CLIENT_ID=cid_1\n"
        "CHUTES_OAUTH_SCOPES=\"openid profile chutes:invoke\"\n");
  CHECK(!world.secret_was_shown());
}

TEST_CASE("no secret is written to a file that others can read, unless the user agrees on a terminal") {
  AppOwner world;
  std::vector<std::string> more{"--secret-to", "env-file:.env.local"};
  bool agreed = false;
  SUBCASE("an env file, and no one to ask") {}
  SUBCASE("a file to be replaced, and no one to ask") {
    more = {"--secret-to", "file:.env.local", "--force"};
  }
  SUBCASE("--no-input") {
    more.emplace_back("--no-input");
    world.terminal.answers = {"y"};
  }
  SUBCASE("the user says no") {
    world.terminal.answers = {"n"};
  }
  SUBCASE("the user says yes") {
    world.terminal.answers = {"y"};
    agreed = true;
    world.expect_creation();
  }
  world.secret_files.files[".env.local"] = "A=1\n";
  world.secret_files.open_to_others = {".env.local"};
  CHECK(world.run(world.create(more)) == (agreed ? 0 : 2));
  if (!agreed) {
    CHECK(world.http.requests.empty());
    CHECK(world.secret_files.files.at(".env.local") == "A=1\n");
    CHECK(world.says("hint: run: chmod 600 '.env.local'\n"));
    check_golden(world.terminal.errors);
  }
}

TEST_CASE("an env file in which the secret would not be read back is refused before there is one") {
  AppOwner world;
  world.secret_files.files[".env"] = "CHUTES_OAUTH_CLIENT_SECRET=\"old\"; export B=2\n";
  CHECK(world.run(world.create({"--secret-to", "env-file:.env"})) == 2);
  CHECK(world.http.requests.empty());
  CHECK(world.says("CHUTES_OAUTH_CLIENT_SECRET"));
  check_golden(world.terminal.errors);
}

TEST_CASE("an env file that names another service gets no secret, which its application would send there") {
  for (const char* name : {"CHUTES_IDP_BASE_URL", "CHUTES_API_URL"}) {
    AppOwner world;
    world.secret_files.files[".env"] = name + std::string{"=https://elsewhere.example\n"};
    CHECK(world.run(world.create({"--secret-to", "env-file:.env"})) == 2);
    CHECK(world.http.requests.empty());
    CHECK(world.says("another service"));
  }
  AppOwner world;
  world.secret_files.files[".env"] = "CHUTES_IDP_BASE_URL=https://api.chutes.ai/\n";
  world.expect_creation();
  CHECK(world.run(world.create({"--secret-to", "env-file:.env"})) == 0);
}

TEST_CASE("an env file that git would commit is warned of") {
  AppOwner world;
  world.secret_files.files["/shop/.git/HEAD"] = "ref: refs/heads/main\n";
  world.expect_creation();
  SUBCASE("not ignored") {
    world.launcher.exit_code = 1;
    CHECK(world.run(world.create({"--secret-to", "env-file:/shop/.env.local"})) == 0);
    CHECK(world.says("warning: git does not ignore /shop/.env.local"));
    check_golden(world.terminal.errors);
  }
  SUBCASE("git is not installed") {
    CHECK(world.run(world.create({"--secret-to", "env-file:/shop/.env.local"})) == 0);
    CHECK(world.says("warning: cannot ask git whether it ignores /shop/.env.local"));
    check_golden(world.terminal.errors);
  }
  SUBCASE("ignored") {
    world.launcher.exit_code = 0;
    CHECK(world.run(world.create({"--secret-to", "env-file:/shop/.env.local"})) == 0);
    CHECK(!world.says("warning"));
  }
}

TEST_CASE("--secret-to stdout prints the secret alone, and says everything else on standard error") {
  AppOwner world;
  world.expect_creation();
  SUBCASE("as text") {
    CHECK(world.run(world.create({"--secret-to", "stdout"})) == 0);
    CHECK(world.terminal.output == "csc_canary\n");
    CHECK(world.says("  client id      cid_1\n"));
    CHECK(world.terminal.errors.find("csc_canary") == std::string::npos);
  }
  SUBCASE("quietly") {
    CHECK(world.run(world.create({"--secret-to", "stdout", "--quiet"})) == 0);
    CHECK(world.terminal.output == "csc_canary\n");
    CHECK(world.terminal.errors.empty());
  }
  SUBCASE("as JSON, in the service's answer") {
    CHECK(world.run(world.create({"--secret-to", "stdout", "--json"})) == 0);
    CHECK(world.terminal.output == created_json + "\n");
  }
}

TEST_CASE("--secret-to github masks the secret first, then sets the step's outputs") {
  AppOwner world;
  world.variables["GITHUB_OUTPUT"] = "/runner/output";
  world.secret_files.files["/runner/output"] = "before=1\n";
  world.expect_creation();
  CHECK(world.run(world.create({"--secret-to", "github"})) == 0);
  CHECK(world.terminal.output == "::add-mask::csc_canary\n");
  CHECK(world.terminal.errors.find("csc_canary") == std::string::npos);
  const auto& outputs = world.secret_files.files.at("/runner/output");
  CHECK(outputs.starts_with("before=1\nclient_id<<chutes_"));
  const auto begin = outputs.find("client_secret<<") + 15;
  const auto delimiter = outputs.substr(begin, outputs.find('\n', begin) - begin);
  CHECK(outputs.find("client_secret<<" + delimiter + "\ncsc_canary\n" + delimiter + "\n") !=
        std::string::npos);
  CHECK(outputs.find("app_id<<") != std::string::npos);
}

TEST_CASE("a destination that cannot be had is refused before anything is asked of the service") {
  AppOwner world;
  std::string to;
  std::vector<std::string> more;
  int code = 2;
  std::string said;
  SUBCASE("a word that is none") {
    to = "clipboard";
    said = "keychain, file:PATH";
  }
  SUBCASE("no path") {
    to = "file:";
    said = "--secret-to file:secret.txt\n";
  }
  SUBCASE("a file that may not be written") {
    to = "file:/etc/secret.txt";
    world.secret_files.forbidden = true;
    said = "cannot write /etc/secret.txt: Permission denied";
  }
  SUBCASE("an env file that may not be written") {
    to = "env-file:/etc/env";
    world.secret_files.forbidden = true;
    said = "cannot write /etc/env: Permission denied";
  }
  SUBCASE("no workflow") {
    to = "github";
    said = "GITHUB_OUTPUT";
  }
  SUBCASE("a workflow whose output is to be JSON too") {
    to = "github";
    more = {"--json"};
    said = "--json and --secret-to github";
  }
  SUBCASE("force where there is nothing to force") {
    to = "stdout";
    more = {"--force"};
    said = "--force requires --secret-to file:PATH";
  }
  SUBCASE("a locked keychain") {
    to = "keychain";
    world.keychain.fail_with = KeychainState::locked;
    code = 7;
    said = "the keychain is locked";
  }
  more.insert(more.end(), {"--secret-to", to});
  CHECK(world.run(world.create(more)) == code);
  CHECK(world.says(said));
  check_golden(world.terminal.errors);
  CHECK(world.http.requests.empty());
}

TEST_CASE("a secret that cannot be stored is put where only its owner can read it, and the path is printed") {
  AppOwner world;
  std::vector<std::string> more;
  int code = 0;
  SUBCASE("the keychain fails") {
    world.expect_creation().look = [&](const HttpRequest&) { world.keychain.failing_writes = 1; };
    code = 7;
  }
  SUBCASE("the keychain forgets") {
    world.expect_creation();
    world.keychain.lose_writes = true;
    code = 7;
  }
  SUBCASE("the disk is full") {
    world.expect_creation().look = [&](const HttpRequest&) { world.secret_files.disk_full = true; };
    more = {"--secret-to", "file:secret.txt"};
    code = 1;
  }
  SUBCASE("an env file's disk is full") {
    world.expect_creation().look = [&](const HttpRequest&) { world.secret_files.disk_full = true; };
    more = {"--secret-to", "env-file:.env"};
    code = 1;
  }
  SUBCASE("the runner's file is full") {
    world.variables["GITHUB_OUTPUT"] = "/runner/output";
    world.expect_creation().look = [&](const HttpRequest&) { world.secret_files.disk_full = true; };
    more = {"--secret-to", "github"};
    code = 1;
  }
  SUBCASE("nobody reads standard output") {
    world.expect_creation();
    world.terminal.reader_takes = 0;
    more = {"--secret-to", "stdout"};
    code = 141;
  }
  CHECK(world.run(world.create(more)) == code);
  CHECK(world.says("cid_1"));
  CHECK(world.says(rescue_file));
  check_golden(world.terminal.errors);
  CHECK(world.files.files.at(rescue_file) == Secret{"csc_canary\n"});
  CHECK(world.terminal.errors.find("csc_canary") == std::string::npos);
}

TEST_CASE("a secret that can be put nowhere is said to be lost, and how to get another") {
  AppOwner world;
  world.expect_creation().look = [&](const HttpRequest&) {
    world.keychain.failing_writes = 1;
    world.files.disk_full = true;
  };
  CHECK(world.run(world.create()) == 7);
  CHECK(world.says("the secret of cid_1 is lost"));
  CHECK(world.says("app rotate-secret"));
  check_golden(world.terminal.errors);
}

TEST_CASE("the runtime directory is the second place to put a secret that could not be stored") {
  AppOwner world;
  world.variables.erase("HOME");
  world.variables["XDG_RUNTIME_DIR"] = "/run/user/1000";
  world.expect_creation().look = [&](const HttpRequest&) { world.keychain.failing_writes = 1; };
  CHECK(world.run(world.create()) == 7);
  CHECK(world.files.files.at("/run/user/1000/chutes-login/rescued-cid_1.secret") == Secret{"csc_canary\n"});
}

TEST_CASE("a signal between the request and the storing waits until both are done") {
  AppOwner world;
  world.expect_creation().look = [&](const HttpRequest&) { world.signals.pending = true; };
  CHECK(world.run(world.create()) == 130);
  CHECK(world.keychain.items.at(secret_key) == Secret{"csc_canary"});
  CHECK(world.terminal.output.starts_with("'Shop'\n"));
}

TEST_CASE("app rotate-secret stores the new secret before it reports, and says what stops working") {
  Rotating world;
  world.expect_rotation();
  CHECK(world.rotate("file:new.txt") == 0);
  CHECK(world.secret_files.files.at("new.txt") == "csc_canary\n");
  CHECK(world.terminal.output.find("'Shop' (cid_1)") != std::string::npos);
  CHECK(world.terminal.output.find("new.txt") != std::string::npos);
  check_golden(world.terminal.output + world.terminal.errors);
}

TEST_CASE("a new secret takes the place of the copies that this profile kept of the old one") {
  Rotating world;
  world.keychain.items[secret_key] = Secret{"csc_old"};
  world.keychain.items[client_key] =
      session::encode(session::ClientRegistration{"cid_1", Secret{"csc_old"}, {}});
  world.expect_rotation();
  CHECK(world.rotate("file:new.txt") == 0);
  CHECK(world.keychain.items.at(secret_key) == Secret{"csc_canary"});
  CHECK(session::decode_registration(world.keychain.items.at(client_key)).client_secret ==
        Secret{"csc_canary"});
  check_golden(world.terminal.errors);
}

TEST_CASE("the client of another app is not touched by a rotation") {
  Rotating world;
  sign_in_beforehand(world);
  world.expect_rotation();
  CHECK(world.rotate("file:new.txt") == 0);
  CHECK(session::decode_registration(world.keychain.items.at(client_key)).client_secret ==
        Secret{"csc_secret"});
}

TEST_CASE("a rotation into a file needs no keychain") {
  Rotating world;
  world.keychain.fail_with = KeychainState::absent;
  world.expect_rotation();
  CHECK(world.rotate("file:new.txt") == 0);
}

TEST_CASE("a rotation into an env file keeps scopes that are not remembered") {
  Rotating world;
  world.secret_files.files[".env"] = "CHUTES_OAUTH_SCOPES=\"mine\"\n";
  world.expect_rotation();
  CHECK(world.rotate("env-file:.env") == 0);
  CHECK(world.secret_files.files.at(".env") == "CHUTES_OAUTH_SCOPES=\"mine\"\nCHUTES_OAUTH_CLIENT_ID=cid_1\n"
                                               "CHUTES_OAUTH_CLIENT_SECRET=csc_canary\n");
}

TEST_CASE("login finds the secret of an app that was created here") {
  AppOwner world;
  world.keychain.items[secret_key] = Secret{"csc_canary"};
  world.variables["DISPLAY"] = ":0";
  world.browser.starts = true;
  world.loopback.on_empty = [&] { world.clock.advance(std::chrono::seconds{60}); };
  CHECK(world.run({"login", "--client-id", "cid_1", "--redirect-uri", "http://127.0.0.1:28417/callback"}) ==
        4);
  CHECK(world.browser.opened.size() == 1);
}
