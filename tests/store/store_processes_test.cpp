// Several processes and one store, on a real file system: none loses what another stored, and a killed
// writer leaves a whole file.
#include "linux/child.hpp"
#include "linux/files/private_files.hpp"
#include "linux/process/system_random.hpp"
#include "store/store_choice.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <list>
#include <thread>
#include <unistd.h>

using namespace chutes;
using namespace chutes::store;
using on_linux::Child;

namespace {

const std::string issuer = "https://idp.example";

struct ProcessesFixture {
  on_linux::TemporaryFolder home;
  Environment environment{{{"HOME", home.path()}, {"CHUTES_STORE_PASSPHRASE_FILE", home / "passphrase"}}};
  std::string directory = home / ".local/share/chutes-login";

  ProcessesFixture() {
    std::ofstream{home / "passphrase"} << "correct horse\n";
    std::filesystem::permissions(home / "passphrase", std::filesystem::perms{0600});
  }

  // Calls `work` with a store as a process of its own has it.
  template <typename Work>
  auto with_store(StoreKind kind, Work work) const {
    on_linux::SignalWatch signals;
    on_linux::PosixPrivateFiles files{environment, signals};
    on_linux::SystemRandom random;
    const auto store = kind == StoreKind::file ? make_file_store({files, random, environment, nullptr})
                                               : make_plaintext_store(files, environment);
    return work(*store);
  }
};

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{directory})
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// As many processes at once, each with items of its own in the same profile.
void write_at_once(const ProcessesFixture& world, StoreKind kind, int processes, int rounds) {
  std::list<Child> children;
  for (int process = 0; process < processes; ++process)
    children.emplace_back([&world, kind, process, rounds] {
      return world.with_store(kind, [&](Keychain& store) {
        for (int round = 0; round < rounds; ++round) {
          store.store({"default", issuer + "/" + std::to_string(process), "session"}, "",
                      Secret{std::to_string(round)});
          store.store({"default", issuer + "/" + std::to_string(process), "client" + std::to_string(round)},
                      "", Secret{"x"});
        }
        return std::string{"done"};
      });
    });
  for (auto& child : children)
    CHECK(child.result() == "done");
  world.with_store(kind, [&](Keychain& store) {
    CHECK(store.list().size() ==
          static_cast<std::size_t>(processes) * (static_cast<std::size_t>(rounds) + 1));
    for (int process = 0; process < processes; ++process)
      CHECK(store.find({"default", issuer + "/" + std::to_string(process), "session"}) ==
            Secret{std::to_string(rounds - 1)});
  });
}

} // namespace

TEST_CASE_FIXTURE(ProcessesFixture, "processes that store at once in one profile lose nothing (plaintext)") {
  write_at_once(*this, StoreKind::plaintext, 8, 10);
  CHECK(names_in(directory) ==
        std::vector<std::string>{"default.plaintext.json", "default.plaintext.json.lock"});
}

TEST_CASE_FIXTURE(ProcessesFixture, "processes that store at once in one profile lose nothing (encrypted)") {
  write_at_once(*this, StoreKind::file, 4, 5); // they also make the file at once, each with a salt of its own
  CHECK(names_in(directory) == std::vector<std::string>{"default.encrypted", "default.encrypted.lock"});
}

TEST_CASE_FIXTURE(ProcessesFixture, "a reader beside a writer sees one whole state after the other") {
  const KeychainKey key{"default", issuer, "session"};
  const auto whole = [](char letter) { return Secret{std::string(50'000, letter)}; };
  with_store(StoreKind::plaintext, [&](Keychain& store) { store.store(key, "", whole('a')); });
  Child writer{[&] {
    return with_store(StoreKind::plaintext, [&](Keychain& store) {
      for (char letter = 'a'; letter <= 'z'; ++letter)
        store.store(key, "", whole(letter));
      return std::string{"done"};
    });
  }};
  with_store(StoreKind::plaintext, [&](Keychain& store) {
    for (char seen = 'a'; seen < 'z';) {
      const auto found = store.find(key);
      REQUIRE(found);
      const char letter = found->reveal().front();
      REQUIRE(*found == whole(letter));
      REQUIRE(letter >= seen);
      seen = letter;
    }
  });
  CHECK(writer.result() == "done");
}

TEST_CASE_FIXTURE(ProcessesFixture,
                  "a writer killed at any moment leaves a whole file, and no lock and no litter for long") {
  const KeychainKey key{"default", issuer, "session"};
  const KeychainKey other{"default", issuer, "client"};
  with_store(StoreKind::plaintext, [&](Keychain& store) { store.store(other, "", Secret{"kept"}); });
  for (int round = 0; round < 30; ++round) {
    auto progress = on_linux::make_pipe();
    const Child writer{[&] {
                         return with_store(StoreKind::plaintext, [&](Keychain& store) {
                           for (char letter = 'a'; true;
                                letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
                             store.store(key, "", Secret{std::string(200'000, letter)});
                             if (::write(STDOUT_FILENO, "x", 1) != 1)
                               return std::string{"nobody listens"};
                           }
                         });
                       },
                       {-1, progress.theirs, -1}};
    progress.close_theirs();
    REQUIRE_FALSE(progress.read("x").empty());
    std::this_thread::sleep_for(std::chrono::microseconds{150} * round); // somewhere within the next writing
    writer.signal(SIGKILL);
    with_store(StoreKind::plaintext, [&](Keychain& store) {
      const auto found = store.find(key);
      REQUIRE(found);
      CHECK(*found == Secret{std::string(200'000, found->reveal().front())});
      CHECK(store.find(other) == Secret{"kept"});
      store.store(key, "", Secret{"after"});
    });
    CHECK(names_in(directory) ==
          std::vector<std::string>{"default.plaintext.json", "default.plaintext.json.lock"});
  }
}

TEST_CASE_FIXTURE(ProcessesFixture,
                  "a passphrase file that others can read is refused before anything is stored") {
  std::filesystem::permissions(home / "passphrase", std::filesystem::perms{0644});
  CHECK(on_linux::failure_of([&] {
          with_store(StoreKind::file, [](Keychain& store) { store.prepare({"default", issuer, "session"}); });
        }).starts_with("file: the file " + (home / "passphrase") + " "));
  CHECK_FALSE(std::filesystem::exists(directory));
}
