// The document, which people may read and mend where it is not encrypted.
#include "store_fixture.hpp"

using namespace chutes;
using namespace chutes::store;

namespace {

const std::string whole = R"json({
  "format": "chutes-login secrets",
  "version": 1,
  "profile": "default",
  "items": [
    {
      "issuer": "https://idp.example",
      "kind": "session",
      "label": "Chutes session (default)",
      "secret": "rt-1"
    }
  ]
}
)json";

std::string replaced(const std::string& from, const std::string& to) {
  auto text = whole;
  return text.replace(text.find(from), from.size(), to);
}

} // namespace

TEST_CASE("the plaintext file is the documented JSON") {
  StoreFixture world;
  world.plain().store(session_key, "Chutes session (default)", Secret{"rt-1"});
  CHECK(world.content("default.plaintext.json") == whole);
}

TEST_CASE("a document that somebody edited is read, or refused for what is wrong with it") {
  const std::string file = "the file /data/default.plaintext.json";
  const std::vector<std::pair<std::string, std::string>> table{
      {whole, ""},
      {replaced("\"version\": 1", "\"version\": 1, \"note\": \"mine\""), ""},
      {"", file + " is damaged: it is not a JSON document"},
      {whole.substr(0, whole.size() / 2), file + " is damaged: it is not a JSON document"},
      {"[]", file + " is not one of chutes-login's"},
      {"{}", file + " is not one of chutes-login's"},
      {replaced("login secrets", "logs"), file + " is not one of chutes-login's"},
      {replaced("\"version\": 1,", ""), file + " is damaged: it has no version"},
      {replaced("\"version\": 1", "\"version\": 0"), file + " is damaged: it has no version"},
      {replaced("\"version\": 1", "\"version\": 2"), file + " was written by a newer chutes-login"},
      {replaced("\"default\"", "\"work\""), file + " is damaged: it was made for another profile"},
      {replaced("\"items\"", "\"things\""), file + " is damaged: it has no items"},
      {replaced("\"secret\"", "\"secrets\""), file + " is damaged: an item of it has no secret"},
      {replaced("\"rt-1\"", "17"), file + " is damaged: an item of it has no secret"},
      {replaced(
           "[\n",
           "[ {\"issuer\":\"https://idp.example\",\"kind\":\"session\",\"label\":\"\",\"secret\":\"\"},"),
       file + " is damaged: an item is in it twice"},
  };
  for (const auto& [content, expected] : table) {
    StoreFixture world;
    world.put("default.plaintext.json", content);
    CHECK(failure_of([&] { (void)world.plain().find(session_key); }) == expected);
    std::string detail;
    CHECK(world.plain().state(&detail) == (expected.empty() ? KeychainState::ok : KeychainState::failing));
    CHECK(detail == expected);
  }
}

TEST_CASE("a damaged file is never overwritten") {
  StoreFixture world;
  world.put("default.plaintext.json", "oops");
  CHECK_FALSE(failure_of([&] { world.plain().store(session_key, "", Secret{"x"}); }).empty());
  CHECK_FALSE(failure_of([&] { (void)world.plain().remove(session_key); }).empty());
  CHECK_FALSE(failure_of([&] { world.plain().prepare(session_key); }).empty());
  CHECK(world.content("default.plaintext.json") == "oops");
}
