// The document, which people can read and edit where it is not encrypted.
#include "golden.hpp"
#include "store/store_error.hpp"
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
  const std::string path = "/data/default.plaintext.json";
  const std::string damaged = damaged_file(path, "").what();
  const std::string newer = newer_file(path).what();
  const std::string foreign = foreign_file(path).what();
  const std::vector<std::pair<std::string, std::string>> table{
      {whole, ""},
      {replaced("\"version\": 1", "\"version\": 1, \"note\": \"mine\""), ""},
      {"", damaged},
      {whole.substr(0, whole.size() / 2), damaged},
      {"[]", foreign},
      {"{}", foreign},
      {replaced("login secrets", "logs"), foreign},
      {replaced("\"version\": 1,", ""), damaged},
      {replaced("\"version\": 1", "\"version\": 0"), damaged},
      {replaced("\"version\": 1", "\"version\": 2"), newer},
      {replaced("\"default\"", "\"work\""), damaged},
      {replaced("\"items\"", "\"things\""), damaged},
      {replaced("\"secret\"", "\"secrets\""), damaged},
      {replaced("\"rt-1\"", "17"), damaged},
      {replaced(
           "[\n",
           "[ {\"issuer\":\"https://idp.example\",\"kind\":\"session\",\"label\":\"\",\"secret\":\"\"},"),
       damaged},
  };
  std::string failures;
  for (const auto& [content, expected] : table) {
    StoreFixture world;
    world.put("default.plaintext.json", content);
    const auto failure = failure_of([&] { (void)world.plain().find(session_key); });
    CHECK(failure.starts_with(expected));
    CHECK(failure.empty() == expected.empty());
    std::string detail;
    CHECK(world.plain().state(&detail) == (expected.empty() ? KeychainState::ok : KeychainState::failing));
    CHECK(detail == failure);
    failures += failure.empty() ? "" : failure + "\n";
  }
  check_golden(failures);
}

TEST_CASE("a damaged file is never overwritten") {
  StoreFixture world;
  world.put("default.plaintext.json", "oops");
  CHECK_FALSE(failure_of([&] { world.plain().store(session_key, "", Secret{"x"}); }).empty());
  CHECK_FALSE(failure_of([&] { (void)world.plain().remove(session_key); }).empty());
  CHECK_FALSE(failure_of([&] { world.plain().prepare(session_key); }).empty());
  CHECK(world.content("default.plaintext.json") == "oops");
}
