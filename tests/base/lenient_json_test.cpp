#include "base/lenient_json.hpp"
#include "base/utf8.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;

namespace {

// The document as one line, after its text was made well formed; empty if there is none.
std::string read(std::string_view text) {
  auto value = parse_lenient_json(text);
  if (!value)
    return "";
  make_well_formed(*value);
  return json_line(*value);
}

std::string joined(std::initializer_list<std::string_view> pieces) {
  Utf8Joiner joiner;
  std::string text;
  for (const auto piece : pieces)
    text += joiner.next(piece);
  return text + joiner.end();
}

} // namespace

TEST_CASE("what is strict JSON is read as the strict reader reads it") {
  for (const char* text :
       {"{}", "[]", "null", "0", "-1.5e3", "\"\"", R"({"a":[1,"\u00e9\n",{"b":null}],"c":true})",
        R"("\ud83d\ude00")", " { \"a\" : 1 } "})
    CHECK_MESSAGE(parse_lenient_json(text) == parse_json(text), text);
}

TEST_CASE("odd JSON is read without making anything up") {
  struct Row {
    std::string_view text;
    const char* document;
  };
  const Row rows[] = {
      {R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})"},
      {R"({"a":{"x":1},"a":{"y":2}})", R"({"a":{"y":2}})"},
      {R"(["a\ud83d","\ude00b","\ud83d\ud83d\ude00","\ud83dx"])", R"(["a�","�b","�😀","�x"])"},
      {"[\"caf\xE9\",\"\xF0\x9F\"]", R"(["caf�","�"])"},
      {"{\"a\xFF\":1}", R"({"a�":1})"},
      {R"({"\ud800":1})", R"({"�":1})"},
      {"[\"a\tb\n\x01\"]", R"(["a\tb\n\u0001"])"},
      {std::string_view{"[\"a\0b\"]", 7}, R"(["a\u0000b"])"},
      {R"(["\q\x41\u12\'"])", R"(["\\q\\x41\\u12\\'"])"},
      {R"([NaN,-Infinity,Infinity,{"a":NaN}])", "[null,null,null,{\"a\":null}]"},
      {"\xEF\xBB\xBF{}", "{}"},
      {R"(["NaN"])", R"(["NaN"])"},
  };
  for (const auto& row : rows)
    CHECK_MESSAGE(read(row.text) == row.document, row.document);
}

TEST_CASE("numbers stay as they are written, beside odd strings and beyond a double") {
  for (const char* text :
       {"[1E5,-0,0.10,12345678901234567890123,1e-400]", R"({"a":[1.00,{"b":1E5}]})", "1E5"})
    CHECK_MESSAGE(read(text) == text, text);
  CHECK(read(R"([1e999,"\ud800",-1E999,1.50])") == R"([1e999,"�",-1E999,1.50])");
  CHECK(read(R"(["\ud800",1.7e308,-1.7e308,2.2e-308,1e999])") == R"(["�",1.7e308,-1.7e308,2.2e-308,1e999])");
  CHECK_FALSE(parse_lenient_json("{1e999:1}"));
  CHECK_FALSE(parse_lenient_json("[1e999.5]"));
}

TEST_CASE("what is no document is not read as one") {
  for (const std::string_view text : {"", " ", "{", "[1", "{\"a\":", "\"a", "{]", "}", "{'a':1}", "[1,]",
                                      "{a:1}", "nul", "{} x", "1 2", "True", "[Nan]"})
    CHECK_MESSAGE(!parse_lenient_json(text), text);
  CHECK_FALSE(parse_lenient_json({"1\0", 2}));
  CHECK_FALSE(parse_lenient_json({"{}\0", 3}));
  CHECK_FALSE(parse_lenient_json({"{\0}", 3}));
}

TEST_CASE("documents in a row are taken one after the other, and the rest stays") {
  std::string_view text = " {\"a\":\"}\"} [1]\n\"x\" null{";
  CHECK(take_json(text) == Json{{"a", "}"}});
  CHECK(take_json(text) == Json::array({1}));
  CHECK(take_json(text) == Json("x"));
  CHECK_FALSE(take_json(text));
  CHECK(text == " null{");
}

TEST_CASE("depth and size have limits that no answer reaches, and members have none") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(parse_lenient_json(nested(512)));
  CHECK_FALSE(parse_lenient_json(nested(513)));
  std::string many = "{";
  constexpr int members = 100'000;
  for (int i = 0; i < members; ++i)
    many += "\"m" + std::to_string(i) + "\":1,";
  many += "\"m5\":2}";
  const auto document = parse_lenient_json(many);
  REQUIRE(document);
  CHECK(document->size() == members);
  CHECK(document->begin().key() == "m0");
  CHECK(find_field(*document, "m5")->get<int>() == 2);
  std::string lists = "[";
  for (int i = 0; i < 4'000'001; ++i)
    lists += "[],";
  lists.back() = ']';
  CHECK_FALSE(parse_lenient_json(lists));
}

TEST_CASE("characters that two pieces share are joined, and what is left over is U+FFFD") {
  CHECK(joined({"a", "b"}) == "ab");
  CHECK(joined({"a\xF0\x9F", "\x98\x80z"}) == "a😀z");
  CHECK(joined({"\xED\xA0\xBD", "\xED\xB8\x80"}) == "😀");
  CHECK(joined({"a\xED\xA0\xBD", "", "\xED\xB8\x80z"}) == "a😀z");
  CHECK(joined({"a\xED\xA0\xBD", "b"}) == "a�b");
  CHECK(joined({"\xED\xA0\xBD", "\xED\xA0\xBD", "\xED\xB8\x80"}) == "�😀");
  CHECK(joined({"\xED\xB8\x80"}) == "�");
  CHECK(joined({"a\xE9"}) == "a�");
  CHECK(joined({"\xF0", "\x9F", "\x98", "\x80"}) == "😀");
}

TEST_CASE("members of an object are found by name, however many there are") {
  Json object = Json::object();
  JsonMembers members;
  for (int i = 0; i < 200; ++i)
    members.at(object, "m" + std::to_string(i)) = i;
  for (int i = 0; i < 200; ++i)
    CHECK(members.at(object, "m" + std::to_string(i)) == i);
  CHECK(object.size() == 200);
}
