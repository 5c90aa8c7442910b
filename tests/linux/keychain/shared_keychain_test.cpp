// The keychain while other processes use the same items: another run of this program, or anybody else's.
#include "linux/child.hpp"
#include "linux/keychain/keychain_fixture.hpp"

#include <algorithm>
#include <list>

namespace chutes::on_linux {
namespace {

const KeychainKey shared_key{"shared", "https://api.chutes.ai", "session"};

// Label, schema and secret of every item of `shared_key`'s attributes, whichever program made it.
std::string everybodys_items() {
  return output_of(R"(/usr/bin/python3 -c '
import secretstorage
for item in secretstorage.search_items(secretstorage.dbus_init(), {"profile": "shared"}):
    print(item.get_label(), item.get_attributes().get("xdg:schema"), item.get_secret().decode(), sep="|")
')");
}

// An item with our attributes beside those there are, which does not say that it is ours.
void add_unmarked(const std::string& content) {
  static_cast<void>(output_of(R"(/usr/bin/python3 -c '
import secretstorage
secretstorage.get_default_collection(secretstorage.dbus_init()).create_item("Copy", {"profile": "shared",
    "issuer": "https://api.chutes.ai", "kind": "session"}, b")" +
                              content + R"(", replace=False)
')"));
}

// Runs `task` in processes of their own at the same time, which must not have used GLib before. What each
// says.
std::vector<std::string> at_once(const std::vector<std::function<std::string()>>& tasks) {
  std::list<Child> children;
  for (const auto& task : tasks)
    children.emplace_back(task);
  std::vector<std::string> said;
  for (auto& child : children)
    said.push_back(child.result());
  return said;
}

std::function<std::string()> storing(const std::string& text) {
  return [text] {
    Desk desk;
    for (int i = 0; i < 10; ++i)
      desk.keychain.store(shared_key, "Chutes session", Secret{text});
    return std::string{"stored"};
  };
}

} // namespace

TEST_SUITE_BEGIN("shared");

TEST_CASE("stores at the same time all succeed and leave one item, which holds what one of them stored") {
  const auto said = at_once({storing("a"), storing("b"), storing("c"), storing("d")});
  CHECK(said == std::vector<std::string>(4, "stored"));
  const auto items = everybodys_items();
  CAPTURE(items);
  CHECK(std::count(items.begin(), items.end(), '\n') == 1);
  CHECK(items.starts_with("Chutes session|ai.chutes.Login|"));
}

TEST_CASE("who reads while others store finds one of the secrets") {
  const auto reading = [] {
    Desk desk;
    for (int i = 0; i < 20; ++i)
      if (!desk.keychain.find(shared_key))
        return std::string{"found nothing"};
    return std::string{"found"};
  };
  REQUIRE(Child{storing("a")}.result() == "stored");
  CHECK(at_once({storing("b"), reading, storing("c")}) ==
        std::vector<std::string>{"stored", "found", "stored"});
}

TEST_CASE("removals at the same time all succeed, and nothing is left") {
  const auto removing = [] {
    Desk desk;
    for (int i = 0; i < 10; ++i)
      desk.keychain.remove(shared_key);
    return std::string{"removed"};
  };
  REQUIRE(Child{storing("a")}.result() == "stored");
  CHECK(at_once({removing, removing, removing}) == std::vector<std::string>(3, "removed"));
  CHECK(everybodys_items().empty());
}

TEST_CASE("of items with one key a store keeps the one that is marked as ours") {
  Desk desk;
  desk.keychain.remove(shared_key);
  SUBCASE("though another holds the same secret") {
    add_unmarked("same");
  }
  SUBCASE("though others hold other secrets") {
    add_unmarked("one");
    add_unmarked("two");
  }
  desk.keychain.store(shared_key, "Chutes session", Secret{"same"});
  CHECK(everybodys_items() == "Chutes session|ai.chutes.Login|same\n");
  CHECK(desk.keychain.find(shared_key) == Secret{"same"});
  desk.keychain.remove(shared_key);
}

TEST_SUITE_END();

} // namespace chutes::on_linux
