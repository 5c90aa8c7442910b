// What both stores in files promise as keychains.
#include "said.hpp"
#include "store_fixture.hpp"

#include <algorithm>

using namespace chutes;
using namespace chutes::store;

namespace {

// Runs `body` with either store; the argument makes a store as a new process would.
template <typename Body>
void for_both(Body body) {
  SUBCASE("encrypted") {
    StoreFixture world;
    body(
        world, [&] { return world.encrypted(); }, std::string{".encrypted"});
  }
  SUBCASE("plaintext") {
    StoreFixture world;
    body(
        world, [&] { return world.plain(); }, std::string{".plaintext.json"});
  }
}

std::vector<KeychainKey> sorted(std::vector<KeychainKey> keys) {
  std::sort(keys.begin(), keys.end());
  return keys;
}

} // namespace

TEST_CASE("a secret that was stored is found by the next process") {
  for_both([](StoreFixture&, auto open, const std::string&) {
    open().store(session_key, "Chutes session (default)", Secret{"rt-1"});
    CHECK(open().find(session_key) == Secret{"rt-1"});
    CHECK_FALSE(open().find(client_key));
  });
}

TEST_CASE("an empty store is readable and holds nothing") {
  for_both([](StoreFixture& world, auto open, const std::string&) {
    auto store = open();
    CHECK_FALSE(store.find(session_key));
    CHECK_FALSE(store.remove(session_key));
    CHECK(store.list().empty());
    CHECK(store.state(nullptr) == KeychainState::ok);
    CHECK(world.files.files.empty());
    CHECK(world.asked.opened + world.asked.created == 0);
  });
}

TEST_CASE("storing again replaces, and leaves the profile's other items alone") {
  for_both([](StoreFixture&, auto open, const std::string&) {
    auto store = open();
    store.store(client_key, "client", Secret{"cs"});
    store.store(session_key, "session", Secret{"rt-1"});
    store.store(session_key, "session", Secret{"rt-2"});
    CHECK(store.find(session_key) == Secret{"rt-2"});
    CHECK(open().find(client_key) == Secret{"cs"});
    CHECK(sorted(open().list()) == std::vector{client_key, session_key});
  });
}

TEST_CASE("the last item that is removed takes the file with it") {
  for_both([](StoreFixture& world, auto open, const std::string& suffix) {
    auto store = open();
    store.store(client_key, "client", Secret{"cs"});
    store.store(session_key, "session", Secret{"rt"});
    CHECK(store.remove(session_key));
    CHECK_FALSE(store.remove(session_key));
    CHECK_FALSE(world.content("default" + suffix).empty());
    CHECK(store.remove(client_key));
    CHECK(world.files.files.empty());
  });
}

TEST_CASE("each profile has a file of its own, and list knows them all") {
  for_both([](StoreFixture& world, auto open, const std::string& suffix) {
    const KeychainKey work{"work", issuer, "session"};
    const KeychainKey elsewhere{"work", "https://other.example", "session"};
    auto store = open();
    store.store(session_key, "a", Secret{"1"});
    store.store(work, "b", Secret{"2"});
    store.store(elsewhere, "c", Secret{"3"});
    CHECK(world.files.files.size() == 2);
    CHECK(world.files.files.contains("/data/work" + suffix));
    CHECK(sorted(open().list()) == sorted({session_key, work, elsewhere}));
    CHECK(open().find(elsewhere) == Secret{"3"});
  });
}

TEST_CASE("odd profile names become tame file names and come back as they were") {
  for_both([](StoreFixture& world, auto open, const std::string& suffix) {
    const std::vector<std::pair<std::string, std::string>> names{
        {".", "%2E"},
        {"..", "%2E."},
        {".hidden", "%2Ehidden"},
        {"../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"},
        {"a b", "a%20b"},
        {"100%", "100%25"},
        {"zoë", "zo%C3%AB"},
        {"a\nb", "a%0Ab"},
        {"x.encrypted", "x.encrypted"},
        {"x.encrypted.lock", "x.encrypted.lock"}};
    auto store = open();
    std::vector<KeychainKey> keys;
    for (const auto& [profile, file] : names) {
      keys.push_back({profile, issuer, "session"});
      store.store(keys.back(), "", Secret{profile});
      CHECK_MESSAGE(world.files.files.contains("/data/" + file + suffix), profile);
      CHECK(store.find(keys.back()) == Secret{profile});
    }
    CHECK(sorted(store.list()) == sorted(keys));
  });
}

TEST_CASE("a profile name that no file can have is refused") {
  for_both([](StoreFixture&, auto open, const std::string&) {
    for (const auto& profile : {std::string{}, std::string(201, 'a'), std::string(67, '/')})
      check_said(failure_of([&] { open().store({profile, issuer, "session"}, "", Secret{"x"}); }));
  });
}

TEST_CASE("a secret of 100 kB and one with every control character survive") {
  for_both([](StoreFixture&, auto open, const std::string&) {
    std::string controls;
    for (char character = 0; character < 0x7f; ++character)
      controls += character;
    const Secret large{std::string(100'000, 'x') + "\"\\\xe2\x82\xac"};
    auto store = open();
    store.store(session_key, "", large);
    store.store(client_key, "", Secret{controls});
    CHECK(open().find(session_key) == large);
    CHECK(open().find(client_key) == Secret{controls});
  });
}

TEST_CASE("bytes that are no text are refused instead of altered") {
  for_both([](StoreFixture& world, auto open, const std::string&) {
    check_said(failure_of([&] { open().store(session_key, "", Secret{"\xff\xfe"}); }));
    CHECK(world.files.files.empty());
  });
}

TEST_CASE("what another process stored while we waited for the lock is kept") {
  for_both([](StoreFixture& world, auto open, const std::string&) {
    open().store(client_key, "", Secret{"old"});
    world.files.on_lock = [&] { open().store(client_key, "", Secret{"new"}); };
    open().store(session_key, "", Secret{"rt"});
    CHECK(open().find(client_key) == Secret{"new"});
    CHECK(open().find(session_key) == Secret{"rt"});
  });
}

TEST_CASE("a file that another process made, removed or replaced while we waited is taken as it is") {
  for_both([](StoreFixture& world, auto open, const std::string&) {
    auto store = open();
    world.files.on_lock = [&] { open().store(client_key, "", Secret{"made"}); };
    store.store(session_key, "", Secret{"1"});
    CHECK(open().find(client_key) == Secret{"made"});

    world.files.on_lock = [&] { world.files.files.clear(); };
    store.store(session_key, "", Secret{"2"});
    CHECK(open().list() == std::vector{session_key});

    world.files.on_lock = [&] {
      world.files.files.clear();
      open().store(client_key, "", Secret{"again"});
    };
    store.store(session_key, "", Secret{"3"});
    CHECK(open().find(client_key) == Secret{"again"});
    CHECK(open().find(session_key) == Secret{"3"});

    world.files.on_lock = [&] { open().remove(session_key); };
    CHECK_FALSE(store.remove(session_key));
  });
}

TEST_CASE("when the disk is full the old secret stays and the error says so") {
  for_both([](StoreFixture& world, auto open, const std::string& suffix) {
    open().store(session_key, "", Secret{"old"});
    world.files.disk_full = true;
    check_said(failure_of([&] { open().store(session_key, "", Secret{"new"}); }), {{suffix, "SUFFIX"}});
    CHECK(open().find(session_key) == Secret{"old"});
    CHECK(world.files.locked.empty());
  });
}

TEST_CASE("prepare fails before the work if the file is held, and changes nothing otherwise") {
  for_both([](StoreFixture& world, auto open, const std::string& suffix) {
    open().prepare(session_key);
    CHECK(world.files.files.empty());
    CHECK(world.files.locked.empty());
    const auto held = world.files.lock("/data/default" + suffix, std::chrono::seconds{0});
    check_said(failure_of([&] { open().prepare(session_key); }), {{suffix, "SUFFIX"}});
  });
}

TEST_CASE("files that are not the store's are passed over") {
  for_both([](StoreFixture& world, auto open, const std::string& suffix) {
    open().store(session_key, "", Secret{"rt"});
    for (const auto& name :
         {"default" + suffix + ".lock", ".default" + suffix + ".0123456789abcdef.tmp", "%zz" + suffix,
          "%41" + suffix, "a b" + suffix, suffix, std::string{"notes.txt"}})
      world.put(name, "whatever");
    CHECK(open().list() == std::vector{session_key});
    CHECK(open().state(nullptr) == KeychainState::ok);
  });
}

TEST_CASE("the two stores do not see each other") {
  StoreFixture world;
  world.encrypted().store(session_key, "", Secret{"hidden"});
  CHECK_FALSE(world.plain().find(session_key));
  world.plain().store(session_key, "", Secret{"open"});
  CHECK(world.encrypted().find(session_key) == Secret{"hidden"});
  CHECK(world.plain().list().size() == 1);
}

TEST_CASE("a file that cannot be trusted makes the store fail with the file system's words") {
  for_both([](StoreFixture& world, auto open, const std::string& suffix) {
    open().store(session_key, "", Secret{"rt"});
    world.files.unreadable = true;
    check_said(failure_of([&] { (void)open().find(session_key); }), {{suffix, "SUFFIX"}});
    std::string detail;
    CHECK(open().state(&detail) == KeychainState::failing);
    CHECK(detail == "the directory /data is open to other users");
  });
}
