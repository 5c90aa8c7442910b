// Against a real gnome-keyring: every suite runs in a process of its own, under
// tests/linux/keychain/with_keyring.sh.
#include "linux/keychain/keychain_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

namespace chutes::on_linux {
namespace {

const KeychainKey session_key{"default", "https://api.chutes.ai", "session"};

// What python3-secretstorage, which shares no code with libsecret, sees of our items: label, attributes and
// secret.
std::string independent_view() {
  return output_of(R"(/usr/bin/python3 -c '
import secretstorage
for item in secretstorage.search_items(secretstorage.dbus_init(), {"xdg:schema": "ai.chutes.Login"}):
    print(item.get_label(), sorted(item.get_attributes().items()), item.get_secret().decode(), sep="|")
')");
}

// An item with our attributes that somebody else adds to those there are.
void add_duplicate(const std::string& content) {
  static_cast<void>(output_of(R"(/usr/bin/python3 -c '
import secretstorage, sys
secretstorage.get_default_collection(secretstorage.dbus_init()).create_item("Copy", {"profile": "default",
    "issuer": "https://api.chutes.ai", "kind": "session", "xdg:schema": "ai.chutes.Login"}, b")" +
                              content + R"(", replace=False)
')"));
}

std::vector<KeychainKey> sorted(std::vector<KeychainKey> keys) {
  std::sort(keys.begin(), keys.end());
  return keys;
}

// A keyring counts whole seconds: items made after this are newer than those before.
void let_a_second_begin() {
  using namespace std::chrono;
  std::this_thread::sleep_until(ceil<seconds>(system_clock::now() + milliseconds{1}));
}

// Hears everything that is said on the bus.
class BusMonitor {
public:
  BusMonitor() : m_process(std::stoi(output_of("dbus-monitor --session >'" + m_log + "' 2>&1 & echo $!"))) {
    await("NameLost"); // it listens from here on
  }
  ~BusMonitor() { ::kill(m_process, SIGTERM); }
  BusMonitor(const BusMonitor&) = delete;
  BusMonitor& operator=(const BusMonitor&) = delete;

  [[nodiscard]] std::string heard_until(const std::string& words) const {
    await(words);
    return content_of(m_log);
  }

private:
  void await(const std::string& words) const {
    while (content_of(m_log).find(words) == std::string::npos)
      std::this_thread::yield();
  }

  std::string m_log = *read_environment().find("XDG_RUNTIME_DIR") + "/monitor.log";
  pid_t m_process;
};

void empty_the_keychain(Keychain& keychain) {
  for (const auto& key : keychain.list())
    keychain.remove(key);
}

} // namespace

TEST_SUITE_BEGIN("unlocked");

TEST_CASE("a secret that was stored is found, one that was not is absent") {
  Desk desk;
  empty_the_keychain(desk.keychain);
  desk.keychain.store(session_key, "Chutes session", Secret{"opaque"});
  CHECK(desk.keychain.find(session_key) == Secret{"opaque"});
  CHECK(desk.keychain.find({"default", "https://api.chutes.ai", "client"}) == std::nullopt);
  CHECK(desk.keychain.find({"work", "https://api.chutes.ai", "session"}) == std::nullopt);
  CHECK(desk.keychain.find({"default", "http://127.0.0.1:4000", "session"}) == std::nullopt);
  CHECK(state_of(desk.keychain) == StateAndDetail{KeychainState::ok, ""});
  CHECK(desk.terminal.notices().empty());
}

TEST_CASE("a second store replaces the first, and another program sees one item with label and attributes") {
  Desk desk;
  empty_the_keychain(desk.keychain);
  desk.keychain.store(session_key, "Chutes session (old)", Secret{"old"});
  desk.keychain.store(session_key, "Chutes session (new)", Secret{"new"});
  CHECK(independent_view() ==
        "Chutes session (new)|[('issuer', 'https://api.chutes.ai'), ('kind', 'session'), "
        "('profile', 'default'), ('xdg:schema', 'ai.chutes.Login')]|new\n");
}

TEST_CASE("odd characters in keys and labels stay what they are") {
  Desk desk;
  empty_the_keychain(desk.keychain);
  const std::vector<KeychainKey> keys{
      {"Zoë's «profile» 日本", "https://api.chutes.ai/a?b=c&d=%20", "session"},
      {"", "http://[::1]:4000", "client"},
      {"a'b\"c\\d$e`f;g|h*i\tj\nk", "https://api.chutes.ai", "session"},
      {std::string(3000, 'p'), "https://api.chutes.ai", "session"}};
  for (std::size_t i = 0; i < keys.size(); ++i)
    desk.keychain.store(keys[i], "Label \"" + std::to_string(i) + "\" ✓",
                        Secret{"secret " + std::to_string(i)});
  for (std::size_t i = 0; i < keys.size(); ++i)
    CHECK(desk.keychain.find(keys[i]) == Secret{"secret " + std::to_string(i)});
  CHECK(sorted(desk.keychain.list()) == sorted(keys));
}

TEST_CASE("a secret of a hundred thousand bytes, an empty one and one with every byte come back whole") {
  Desk desk;
  std::string every_byte;
  for (int i = 0; i < 256; ++i)
    every_byte += static_cast<char>(i);
  for (const std::string& text : {std::string(100'000, 'x'), std::string{}, every_byte}) {
    desk.keychain.store(session_key, "Chutes session", Secret{text});
    CHECK(desk.keychain.find(session_key) == Secret{text});
  }
}

TEST_CASE("a removed item is gone, and removing it again says there was none") {
  Desk desk;
  desk.keychain.store(session_key, "Chutes session", Secret{"text"});
  CHECK(desk.keychain.remove(session_key));
  CHECK_FALSE(desk.keychain.remove(session_key));
  CHECK(desk.keychain.find(session_key) == std::nullopt);
}

TEST_CASE("an item that another program deleted is absent") {
  Desk desk;
  empty_the_keychain(desk.keychain);
  desk.keychain.store(session_key, "Chutes session", Secret{"text"});
  static_cast<void>(output_of("secret-tool clear profile default kind session"));
  CHECK(desk.keychain.find(session_key) == std::nullopt);
  CHECK(desk.keychain.list().empty());
  CHECK_FALSE(desk.keychain.remove(session_key));
  desk.keychain.store(session_key, "Chutes session", Secret{"again"});
  CHECK(desk.keychain.find(session_key) == Secret{"again"});
}

TEST_CASE("of several items with one key the newest is read, and a store leaves one") {
  Desk desk;
  empty_the_keychain(desk.keychain);
  desk.keychain.store(session_key, "Chutes session", Secret{"first"});
  let_a_second_begin();
  add_duplicate("second");
  let_a_second_begin();
  add_duplicate("third");
  CHECK(desk.keychain.find(session_key) == Secret{"third"});
  CHECK(desk.keychain.list() == std::vector{session_key});
  desk.keychain.store(session_key, "Chutes session", Secret{"fourth"});
  CHECK(desk.keychain.find(session_key) == Secret{"fourth"});
  const auto view = independent_view();
  CHECK(std::count(view.begin(), view.end(), '\n') == 1);

  add_duplicate("fifth");
  CHECK(desk.keychain.remove(session_key));
  CHECK(independent_view().empty());
}

TEST_CASE("items of other programs are neither listed nor read nor removed") {
  Desk desk;
  empty_the_keychain(desk.keychain);
  static_cast<void>(
      output_of("printf foreign | secret-tool store --label=Foreign kind session account somebody"));
  CHECK(desk.keychain.list().empty());
  CHECK(desk.keychain.find(session_key) == std::nullopt);
  desk.keychain.store(session_key, "Chutes session", Secret{"ours"});
  desk.keychain.remove(session_key);
  CHECK(output_of("secret-tool lookup kind session account somebody") == "foreign");
}

TEST_CASE("preparing for a store writes to the keyring and leaves nothing there") {
  Desk desk;
  const auto before = desk.keychain.list();
  BusMonitor monitor;
  desk.keychain.prepare(session_key);
  CHECK(monitor.heard_until("member=Delete").find("member=CreateItem") != std::string::npos);
  CHECK(desk.keychain.list() == before);
}

TEST_CASE("no secret crosses the bus in clear") {
  Desk desk;
  const std::string canary = "canary-3f1c9a";
  BusMonitor monitor;
  desk.keychain.store(session_key, "Chutes session", Secret{canary});
  CHECK(desk.keychain.find(session_key) == Secret{canary});
  const auto seen = monitor.heard_until("GetSecret");
  CHECK(seen.find("dh-ietf1024-sha256-aes128-cbc-pkcs7") != std::string::npos);
  CHECK(seen.find("CreateItem") != std::string::npos);
  CHECK(seen.find(canary) == std::string::npos);
}

TEST_SUITE_END();

// In a process of its own: libsecret stays loaded once it was.
TEST_SUITE_BEGIN("read only");

TEST_CASE(
    "what another program stored is read over an encrypted session, and libsecret is not needed for that") {
  static_cast<void>(output_of("printf opaque | secret-tool store --label=Ours profile default issuer "
                              "https://api.chutes.ai kind session"));
  BusMonitor monitor;
  Desk desk;
  CHECK(desk.keychain.find(session_key) == Secret{"opaque"});
  const auto seen = monitor.heard_until("member=GetSecret");
  CHECK(seen.find("dh-ietf1024-sha256-aes128-cbc-pkcs7") != std::string::npos);
  CHECK(seen.find("opaque") == std::string::npos);
  // A gnome-keyring that is asked for a session by a caller it does not know yet aborts; a search shows that
  // it does.
  const auto searched = seen.find("member=SearchItems");
  const auto opened = seen.find("member=OpenSession");
  REQUIRE(searched < opened);
  CHECK(seen.substr(searched, opened - searched).find("method return") != std::string::npos);
  CHECK(content_of("/proc/self/maps").find("libsystemd") != std::string::npos);
  CHECK(content_of("/proc/self/maps").find("libsecret") == std::string::npos);
}

TEST_CASE("libsecret is asked about what is not there") {
  Desk desk;
  CHECK(desk.keychain.find({"work", "https://api.chutes.ai", "session"}) == std::nullopt);
  CHECK(content_of("/proc/self/maps").find("libsecret") != std::string::npos);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("locked while in use");

TEST_CASE("a keychain that is locked between two calls is locked") {
  Desk desk;
  desk.keychain.store(session_key, "Chutes session", Secret{"text"});
  static_cast<void>(output_of("/usr/bin/python3 -c 'import secretstorage; "
                              "secretstorage.get_default_collection(secretstorage.dbus_init()).lock()'"));
  CHECK(outcome_of([&] { desk.keychain.find(session_key); }) == outcome_of(keychain_locked()));
  CHECK(outcome_of([&] { desk.keychain.store(session_key, "label", Secret{"x"}); }) ==
        outcome_of(keychain_locked()));
  CHECK(outcome_of([&] { desk.keychain.remove(session_key); }) == outcome_of(keychain_locked()));
  CHECK(outcome_of([&] { desk.keychain.list(); }) == outcome_of(keychain_locked()));
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("locked");

TEST_CASE("a locked keychain says so in every call, at once, whether or not it holds the item") {
  Desk desk;
  const auto began = std::chrono::steady_clock::now();
  const auto locked = outcome_of(keychain_locked());
  check_every_call(desk.keychain, session_key, locked);
  check_every_call(desk.keychain, {"work", "https://api.chutes.ai", "session"}, locked);
  CHECK(state_of(desk.keychain) == state_of(keychain_locked()));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{1});
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("empty");

TEST_CASE("a service without a keyring says in every call how to create one") {
  Desk desk;
  check_every_call(desk.keychain, session_key, outcome_of(keychain_without_keyring()));
  CHECK(state_of(desk.keychain) == state_of(keychain_without_keyring()));
}

TEST_SUITE_END();

} // namespace chutes::on_linux
