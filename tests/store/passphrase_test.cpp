// Where passphrases come from, in which order, and what is said when there is none.
#include "said.hpp"
#include "store/passphrase.hpp"
#include "store_fixture.hpp"

#include <deque>

using namespace chutes;
using namespace chutes::store;

namespace {

struct Source {
  fakes::MemoryFileSystem files;
  Environment environment;
  std::deque<std::string> answers;
  std::vector<std::string> prompts;

  std::string obtain(PassphraseUse use) {
    ChosenPassphrase source{environment, files, [this](const std::string& prompt) -> std::optional<Secret> {
                              prompts.push_back(prompt);
                              if (answers.empty())
                                return std::nullopt;
                              Secret answer{answers.front()};
                              answers.pop_front();
                              return answer;
                            }};
    return source.obtain(use, "/data/default.encrypted").reveal();
  }
  std::string failure(PassphraseUse use) {
    return failure_of([&] { obtain(use); });
  }
};

} // namespace

TEST_CASE("the file that CHUTES_STORE_PASSPHRASE_FILE names comes first, and must be the user's alone") {
  Source source;
  source.environment =
      Environment{{{"CHUTES_STORE_PASSPHRASE_FILE", "/home/me/pass"}, {"CREDENTIALS_DIRECTORY", "/run/c"}}};
  source.files.files["/home/me/pass"] = Secret{"from the file\nsecond line\n"};
  source.files.files["/run/c/chutes-login-passphrase"] = Secret{"from systemd"};
  CHECK(source.obtain(PassphraseUse::open) == "from the file");
  CHECK(source.obtain(PassphraseUse::create) == "from the file");
  CHECK(source.files.origins.at("/home/me/pass") == FileOrigin::given);
  CHECK(source.prompts.empty());
}

TEST_CASE("the credential of systemd comes second") {
  Source source;
  source.environment = Environment{{{"CREDENTIALS_DIRECTORY", "/run/c"}}};
  source.files.files["/run/c/chutes-login-passphrase"] = Secret{"from systemd"};
  source.answers = {"typed"};
  CHECK(source.obtain(PassphraseUse::open) == "from systemd");
  CHECK(source.files.origins.at("/run/c/chutes-login-passphrase") == FileOrigin::system);
  source.files.files.clear(); // the service has other credentials only
  CHECK(source.obtain(PassphraseUse::open) == "typed");
}

TEST_CASE("a passphrase file's first line counts, without its end") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"secret", "secret"},         {"secret\n", "secret"},
      {"secret\r\nmore", "secret"}, {" two words \n", " two words "},
      {"a\rb\n", "a\rb"},           {"zoë\n", "zoë"}};
  for (const auto& [content, expected] : table) {
    Source source;
    source.environment = Environment{{{"CHUTES_STORE_PASSPHRASE_FILE", "p"}}};
    source.files.files["p"] = Secret{content};
    CHECK(source.obtain(PassphraseUse::open) == expected);
  }
}

TEST_CASE("a named passphrase file that is missing or empty is an error, and nothing is asked instead") {
  for (const auto* content : {"", "\n", "\r\n", "\nsecond line"}) {
    Source source;
    source.environment = Environment{{{"CHUTES_STORE_PASSPHRASE_FILE", "/p"}}};
    source.answers = {"typed"};
    check_said(source.failure(PassphraseUse::open));
    source.files.files["/p"] = Secret{content};
    check_said(source.failure(PassphraseUse::open));
    CHECK(source.prompts.empty());
  }
}

TEST_CASE("at the terminal an old file's passphrase is asked for once, a new one's twice") {
  Source source;
  source.answers = {"typed", "chosen", "chosen"};
  CHECK(source.obtain(PassphraseUse::open) == "typed");
  CHECK(source.obtain(PassphraseUse::create) == "chosen");
  CHECK(source.prompts ==
        std::vector<std::string>{"Passphrase for /data/default.encrypted: ",
                                 "New passphrase for /data/default.encrypted: ", "Repeat the passphrase: "});
}

TEST_CASE("two passphrases that differ, an empty one, or none at all are refused") {
  Source source;
  source.answers = {"one", "two"};
  check_said(source.failure(PassphraseUse::create));
  source.answers = {""};
  check_said(source.failure(PassphraseUse::open));
  check_said(source.failure(PassphraseUse::open));
}

TEST_CASE("without a terminal the error names every other way") {
  fakes::MemoryFileSystem files;
  const Environment environment;
  ChosenPassphrase source{environment, files, nullptr};
  CHECK_FALSE(source.without_asking());
  try {
    (void)source.obtain(PassphraseUse::create, "/data/default.encrypted");
    FAIL("a passphrase out of nothing");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::keychain);
    const std::string hint = error.hint();
    for (const char* way : {"CHUTES_STORE_PASSPHRASE_FILE", "chutes-login-passphrase", "terminal"})
      CHECK(hint.find(way) != std::string::npos);
    check_golden(hint);
  }
}
