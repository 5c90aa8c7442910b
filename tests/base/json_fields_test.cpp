#include "base/json_fields.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;

namespace {

std::string nested(int depth) {
  std::string text(static_cast<std::size_t>(depth), '[');
  return text + std::string(static_cast<std::size_t>(depth), ']');
}

} // namespace

TEST_CASE("JSON is read strictly and printed with its fields in the order they came") {
  CHECK(json_line(*parse_json(R"( {"z": 1, "a": [true, null, "é"]} )")) == R"({"z":1,"a":[true,null,"é"]})");
  CHECK(json_pretty(*parse_json(R"({"z":1})")) == "{\n  \"z\": 1\n}");
}

TEST_CASE("what is not exactly one JSON document is no JSON") {
  for (const char* text : {"", " ", "{", "{}{}", "{} x", "{\"a\":1,}", "{'a':1}", "// c\n{}", "NaN", "01",
                           "\"\x01\"", "\"\xFF\"", "1e999"})
    CHECK_MESSAGE(!parse_json(text), text);
  using namespace std::string_view_literals;
  CHECK(!parse_json("{}\0"sv));
  CHECK(!parse_json("{}\0 never read"sv));
  CHECK(!parse_json("\0{}"sv));
}

TEST_CASE("a member name that appears twice in one object makes the document worthless") {
  CHECK(!parse_json(R"({"access_token":"a","access_token":"b"})"));
  CHECK(!parse_json(R"({"x":[{"a":1,"\u0061":2}]})"));
  CHECK(parse_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"));
}

TEST_CASE("the flaw of a text that is not JSON says where and why, and quotes none of it") {
  const auto flaw = [](const std::string& text) {
    JsonFlaw found;
    CHECK(!parse_json(text, found));
    return std::to_string(found.line) + ":" + std::to_string(found.column) + " " + found.reason;
  };
  CHECK(flaw("{\n  \"a\": 1,\n  \"a\": 2\n}") == R"(3:5 the member "a" appears twice in one object)");
  CHECK(flaw(R"({"a":1,})") == "1:8 it is not JSON: expected string literal");
  CHECK(flaw("[\n1 csc_2]") == "2:3 it is not JSON: expected ']'");
  CHECK(flaw("[1 2]") == "1:4 it is not JSON: expected ']'");
  CHECK(flaw("") == "1:1 it is not JSON: expected '[', '{', or a literal");
  CHECK(flaw("{} x") == "1:4 it is not JSON: expected end of input");
  CHECK(flaw("[1e999]") == "1:7 it holds a number that is too large");
  CHECK(flaw(nested(66)) == "1:65 it is nested more than 64 deep");
  CHECK(flaw(std::string{"{}\n\0{}", 6}) == "2:1 it holds a NUL byte");
  JsonFlaw none;
  CHECK(json_line(*parse_json("[1]", none)) == "[1]");
  CHECK(none.reason.empty());
}

TEST_CASE("nesting is accepted to a depth of 64 and not beyond") {
  CHECK(parse_json(nested(64)));
  CHECK(!parse_json(nested(65)));
  CHECK(!parse_json(nested(200000)));
}

TEST_CASE(
    "half a million objects and lists are accepted and not more, and as many numbers as there is room for") {
  const auto list_of = [](std::size_t count, const std::string& item) {
    std::string text = "[" + item;
    for (std::size_t i = 1; i < count; ++i)
      text += "," + item;
    return text + "]";
  };
  CHECK(parse_json(list_of(499'999, "[]")));
  CHECK(!parse_json(list_of(500'000, "{}")));
  CHECK(parse_json(list_of(600'000, "7")));
}

TEST_CASE("an object has at most 4096 members") {
  const auto object_of = [](std::size_t count) {
    std::string text = "{";
    for (std::size_t i = 0; i < count; ++i)
      text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
    return text + "}";
  };
  CHECK(parse_json(object_of(4096)));
  CHECK(!parse_json(object_of(4097)));
  CHECK(!parse_json(object_of(1'000'000)));
}

TEST_CASE("a field of another type is an absent field") {
  const auto object = *parse_json(R"({"text":"t","flag":true,"number":1.5,"null":null})");
  CHECK(string_field(object, "text") == "t");
  CHECK(bool_field(object, "flag") == true);
  CHECK(number_field(object, "number") == 1.5);
  CHECK(!string_field(object, "number"));
  CHECK(!bool_field(object, "text"));
  CHECK(!number_field(object, "flag"));
  CHECK(!string_field(object, "null"));
  CHECK(!string_field(object, "missing"));
  CHECK(!string_field(Json("text"), "text"));
  CHECK(!number_field(*parse_json("[1]"), "0"));
  CHECK(find_field(object, "null")->is_null());
  CHECK(find_field(object, "missing") == nullptr);
}

TEST_CASE(
    "a list of strings is read without its other items, a list of objects only if it holds nothing else") {
  const auto object = Json::parse(R"({"mixed":["a",1,"b"],"objects":[{},{"c":1}],"not":"a list","none":[]})");
  CHECK(strings_field(object, "mixed") == std::vector<std::string>{"a", "b"});
  CHECK(strings_field(object, "not").empty());
  CHECK(strings_field(object, "missing").empty());
  CHECK(objects_field(object, "objects") == &object["objects"]);
  CHECK(objects_field(object, "none") == &object["none"]);
  for (const char* name : {"mixed", "not", "missing"})
    CHECK(objects_field(object, name) == nullptr);
}

TEST_CASE("numbers may be written as text, and whole numbers with a fraction of zero") {
  const auto object =
      *parse_json(R"({"a":"3600","b":3600.0,"c":"1e3","d":"12x","e":"","f":"inf","g":"nan","h":-7,"i":1.5})");
  CHECK(integer_field(object, "a") == 3600);
  CHECK(integer_field(object, "b") == 3600);
  CHECK(integer_field(object, "c") == 1000);
  CHECK(integer_field(object, "h") == -7);
  for (const char* name : {"d", "e", "f", "g"})
    CHECK_MESSAGE(!number_field(object, name), name);
  CHECK(!integer_field(object, "i"));
}

TEST_CASE("a whole number too big to be exact is absent") {
  const auto object = *parse_json(R"({"most":9007199254740991,"more":9007199254740993,"far":1e300})");
  CHECK(integer_field(object, "most") == 9007199254740991);
  CHECK(!integer_field(object, "more"));
  CHECK(!integer_field(object, "far"));
}

TEST_CASE("invalid UTF-8 is replaced when printed instead of failing") {
  CHECK(json_line(Json("a\xFF"
                       "b")) == "\"a\xEF\xBF\xBD"
                                "b\"");
}
