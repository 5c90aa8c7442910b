// The stores' names and places.
#include "fakes/process_lock.hpp"
#include "said.hpp"
#include "store/store_choice.hpp"
#include "store_fixture.hpp"

using namespace chutes;
using namespace chutes::store;

TEST_CASE("a store goes by one of three names") {
  for (const auto kind : {StoreKind::keychain, StoreKind::file, StoreKind::plaintext})
    CHECK(parse_store_kind(name_of(kind)) == kind);
  for (const auto* word : {"", "Keychain", "files", "plain", "file "})
    CHECK_FALSE(parse_store_kind(word));
}

TEST_CASE("the files lie in XDG_DATA_HOME, else in the home directory") {
  const std::vector<std::pair<std::map<std::string, std::string>, std::string>> table{
      {{{"XDG_DATA_HOME", "/d"}, {"HOME", "/h"}}, "/d/chutes-login/default.plaintext.json"},
      {{{"HOME", "/h"}}, "/h/.local/share/chutes-login/default.plaintext.json"},
      {{{"XDG_DATA_HOME", "relative"}, {"HOME", "/h"}},
       "/h/.local/share/chutes-login/default.plaintext.json"},
      {{{"XDG_DATA_HOME", ""}, {"HOME", "/h"}}, "/h/.local/share/chutes-login/default.plaintext.json"}};
  for (const auto& [variables, path] : table) {
    fakes::MemoryFileSystem files;
    make_plaintext_store(files, Environment{variables})->store(session_key, "", Secret{"x"});
    REQUIRE(files.files.size() == 1);
    CHECK(files.files.begin()->first == path);
  }
}

TEST_CASE("without a home every use of a store in a file fails, and nothing else") {
  fakes::MemoryFileSystem files;
  fakes::GrantingLock locks;
  for (const char* home : {"", "relative"}) {
    const Environment environment{{{"HOME", home}, {"XDG_DATA_HOME", home}}};
    const auto store = make_plaintext_store(files, environment);
    const auto failure = failure_of([&] { static_cast<void>(store->find(session_key)); });
    check_said(failure);
    for (const auto& use : std::vector<std::function<void()>>{
             [&] { store->store(session_key, "", Secret{"x"}); }, [&] { store->prepare(session_key); },
             [&] { static_cast<void>(store->remove(session_key)); },
             [&] { static_cast<void>(store->list()); },
             [&] { static_cast<void>(store->lock("default", locks, std::chrono::seconds{1})); }})
      CHECK(failure_of(use) == failure);
    CHECK(store->state(nullptr) == KeychainState::failing);
  }
}

TEST_CASE("the encrypted store takes its passphrase from where the environment says") {
  fakes::MemoryFileSystem files;
  fakes::CountingRandom random;
  const Environment environment{{{"HOME", "/h"}, {"CHUTES_STORE_PASSPHRASE_FILE", "/p"}}};
  files.files["/p"] = Secret{"correct horse\n"};
  make_file_store({files, random, environment, nullptr})->store(session_key, "", Secret{"rt"});
  CHECK(files.files.contains("/h/.local/share/chutes-login/default.encrypted"));
  CHECK(make_file_store({files, random, environment, nullptr})->find(session_key) == Secret{"rt"});
}
