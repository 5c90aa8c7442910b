#include "sandbox/models/pattern_example.hpp"
#include "sandbox/models/schema_example.hpp"
#include "sandbox/models/structured_output.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace chutes::sandbox {
namespace {

// The example as text; empty if there is none.
std::string example(const char* schema) {
  const auto value = example_of_schema(Json::parse(schema), "text");
  return value ? json_line(*value) : "";
}

struct Row {
  const char* schema;
  const char* example;
};

TEST_CASE("a value has the type, the constant or the enumerated value of its schema") {
  const Row rows[] = {
      {R"({"type":"string"})", R"("text")"},
      {R"({"type":"integer"})", "1"},
      {R"({"type":"number"})", "1"},
      {R"({"type":"boolean"})", "true"},
      {R"({"type":"null"})", "null"},
      {R"({"type":["string","null"]})", R"("text")"},
      {R"({"type":["null","string"]})", "null"},
      {R"({"const":{"a":[1,null]}})", R"({"a":[1,null]})"},
      {R"({"const":null})", "null"},
      {R"({"enum":["a","b"]})", R"("a")"},
      {R"({"enum":[null,1]})", "null"},
      {R"({"enum":[]})", ""},
      {"{}", R"("text")"},
      {"true", R"("text")"},
      {"false", ""},
      {"5", ""},
  };
  for (const auto& row : rows)
    CHECK_MESSAGE(example(row.schema) == row.example, row.schema);
}

TEST_CASE("a number is within its bounds") {
  const Row rows[] = {
      {R"({"type":"integer","minimum":5})", "5"},
      {R"({"type":"integer","minimum":5.5})", "6"},
      {R"({"type":"integer","exclusiveMinimum":5})", "6"},
      {R"({"type":"integer","maximum":-3})", "-3"},
      {R"({"type":"integer","exclusiveMaximum":-3})", "-4"},
      {R"({"type":"integer","minimum":1,"exclusiveMinimum":1})", "2"},
      {R"({"type":"integer","minimum":1,"maximum":1})", "1"},
      {R"({"type":"integer","exclusiveMinimum":1,"exclusiveMaximum":2})", ""},
      {R"({"type":"integer","minimum":3,"maximum":2})", ""},
      {R"({"type":"integer","multipleOf":7})", "7"},
      {R"({"type":"integer","multipleOf":7,"minimum":50,"maximum":60})", "56"},
      {R"({"type":"integer","multipleOf":7,"maximum":6})", "0"},
      {R"({"type":"integer","multipleOf":7,"minimum":50,"maximum":55})", ""},
      {R"({"type":"number","minimum":0.25,"maximum":0.75})", "0.5"},
      {R"({"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1})", "0.5"},
      {R"({"type":"number","maximum":-0.5})", "-1.5"},
      {R"({"type":"number","multipleOf":0.5,"exclusiveMinimum":1})", "1.5"},
      {R"({"type":"number","exclusiveMinimum":1,"exclusiveMaximum":1})", ""},
  };
  for (const auto& row : rows)
    CHECK_MESSAGE(example(row.schema) == row.example, row.schema);
}

TEST_CASE("a string has its length, its format or its pattern") {
  const Row rows[] = {
      {R"({"type":"string","minLength":6})", R"("text..")"},
      {R"({"type":"string","maxLength":2})", R"("te")"},
      {R"({"type":"string","maxLength":0})", R"("")"},
      {R"({"type":"string","minLength":3,"maxLength":2})", ""},
      {R"({"type":"string","minLength":1e300})", ""},
      {R"({"type":"string","format":"date"})", R"("2026-01-15")"},
      {R"({"type":"string","format":"ipv4"})", R"("192.0.2.1")"},
      {R"({"type":"string","format":"unheard-of"})", R"("text")"},
      {R"({"type":"string","pattern":"^[A-Z]{2}-\\d+$"})", R"("AA-0")"},
      {R"({"type":"string","pattern":"^x+$","minLength":4})", R"("xxxx")"},
      {R"({"type":"string","pattern":"^x{5}$","maxLength":4})", ""},
  };
  for (const auto& row : rows)
    CHECK_MESSAGE(example(row.schema) == row.example, row.schema);
}

TEST_CASE("a list has as many elements as it must, and they differ") {
  const Row rows[] = {
      {R"({"type":"array","items":{"type":"string"}})", R"(["text"])"},
      {R"({"type":"array","items":{"type":"string"},"minItems":3})", R"(["text","text 2","text 3"])"},
      {R"({"type":"array","items":{"type":"integer","minimum":1},"minItems":2})", "[1,2]"},
      {R"({"type":"array","items":{"enum":["a","b"]},"minItems":3})", R"(["a","b","a"])"},
      {R"({"type":"array","items":{"type":"string"},"maxItems":0})", "[]"},
      {R"({"type":"array","items":false})", "[]"},
      {R"({"type":"array","items":false,"minItems":1})", ""},
      {R"({"type":"array"})", "[]"},
      {R"({"type":"array","minItems":1})", R"(["text"])"},
      {R"({"type":"array","prefixItems":[{"const":1},{"const":2}]})", "[1,2]"},
      {R"({"type":"array","items":{"type":"null"},"minItems":100000})", ""},
  };
  for (const auto& row : rows)
    CHECK_MESSAGE(example(row.schema) == row.example, row.schema);
}

TEST_CASE("an object has its properties, in their order, and what it requires besides") {
  const Row rows[] = {
      {R"({"type":"object"})", "{}"},
      {R"({"type":"object","properties":{"b":{"type":"integer"},"a":{"type":"null"}}})",
       R"({"b":1,"a":null})"},
      {R"({"properties":{"a":{"const":1}}})", R"({"a":1})"},
      {R"({"type":"object","properties":{"a":false,"b":{"const":1}}})", R"({"b":1})"},
      {R"({"type":"object","properties":{"a":false},"required":["a"]})", ""},
      {R"({"type":"object","required":["x"],"additionalProperties":{"type":"integer"}})", R"({"x":1})"},
      {R"({"type":"object","required":["x"],"additionalProperties":false})", ""},
  };
  for (const auto& row : rows)
    CHECK_MESSAGE(example(row.schema) == row.example, row.schema);
}

TEST_CASE("alternatives are tried in their order, and combined with what stands beside them") {
  const Row rows[] = {
      {R"({"anyOf":[{"type":"null"},{"type":"string"}]})", "null"},
      {R"({"anyOf":[false,{"type":"integer"}]})", "1"},
      {R"({"anyOf":[false]})", ""},
      {R"({"type":"object","properties":{"a":{"const":1}},"anyOf":[{"properties":{"b":{"const":2}}}]})",
       R"({"a":1,"b":2})"},
      {R"({"oneOf":[{"const":1},{"const":2}]})", "1"},
      {R"({"allOf":[{"properties":{"a":{"const":1}}},{"properties":{"b":{"const":2}},"required":["b"]}]})",
       R"({"a":1,"b":2})"},
  };
  for (const auto& row : rows)
    CHECK_MESSAGE(example(row.schema) == row.example, row.schema);
}

TEST_CASE("a reference is followed, and a recursive one ends") {
  const Row rows[] = {
      {R"({"$ref":"#/$defs/a","$defs":{"a":{"const":1}}})", "1"},
      {R"({"$ref":"#/definitions/a","definitions":{"a":{"const":1}}})", "1"},
      {R"({"$ref":"#/$defs/a~1b","$defs":{"a/b":{"const":1}}})", "1"},
      {R"({"$ref":"#/$defs/a","description":"x","$defs":{"a":{"type":"string"}}})", R"("text")"},
      {R"({"$ref":"#/$defs/none"})", ""},
      {R"({"$ref":"https://example.com/schema"})", ""},
      {R"({"$ref":"#"})", ""},
      {R"({"type":"object","properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["next"]})",
       R"({"next":{"next":{"next":null}}})"},
      {R"({"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}}}})",
       R"({"children":[{"children":[{"children":[]}]}]})"},
      {R"({"type":"object","properties":{"self":{"$ref":"#"}},"required":["self"]})", ""},
      {R"({"$ref":"#/$defs/a","$defs":{"a":{"properties":{"b":{"$ref":"#/$defs/b"}}},)"
       R"("b":{"properties":{"a":{"anyOf":[{"type":"null"},{"$ref":"#/$defs/a"}]}}}}})",
       R"({"b":{"a":null}})"},
  };
  for (const auto& row : rows)
    CHECK_MESSAGE(example(row.schema) == row.example, row.schema);
}

TEST_CASE("a schema that unfolds without end is given up in good time") {
  Json schema{{"$ref", "#/$defs/0"}};
  for (int name = 0; name < 12; ++name) {
    Json properties = Json::object();
    for (int other = 0; other < 12; ++other)
      properties[std::to_string(other)] = {{"$ref", "#/$defs/" + std::to_string(other)}};
    schema["$defs"][std::to_string(name)] = {{"type", "object"}, {"properties", properties}};
  }
  CHECK(example_of_schema(schema, "text").has_value());
  schema["$defs"]["0"]["required"] = {"1"};
  schema["$defs"]["1"]["required"] = {"0"};
  CHECK_FALSE(example_of_schema(schema, "text").has_value());
}

TEST_CASE("a pattern has the shortest text of its first alternative") {
  const std::pair<const char*, const char*> rows[] = {
      {"abc", "abc"},       {"^a|b$", "a"},  {"(?:x|y)z", "xz"},
      {"(?<name>x)+", "x"}, {"a*b+c?", "b"}, {"\\d{3}-\\w{2,}", "000-aa"},
      {"[^a]", "0"},        {"[\\s]", " "},  {"[b-d]{2}", "bb"},
      {"\\.\\n", ".\n"},    {"é{2}", "éé"},  {"", ""},
  };
  for (const auto& [pattern, text] : rows)
    CHECK_MESSAGE(example_of_pattern(pattern, 0) == std::string{text}, pattern);
  CHECK(example_of_pattern("a+", 3) == std::string{"aaa"});
  CHECK(example_of_pattern("(ab){1,2}", 4) == std::string{"abab"});
}

TEST_CASE("a pattern that is malformed or looks around has none") {
  for (const char* pattern : {"(", ")", "(a", "[a", "a{", "a{2", "a{3,2}", "*", "\\", "(?=a)", "(?!a)",
                              "(?<=a)b", "(a)\\1", "\\p{L}", "[^\\S\\s]{0}[]"})
    CHECK_MESSAGE(example_of_pattern(pattern, 0) == std::nullopt, pattern);
  CHECK(example_of_pattern("a{2}", 3) == std::nullopt);
  CHECK(example_of_pattern(std::string(200, '('), 0) == std::nullopt);
  CHECK(example_of_pattern("(a{1000}){1000}", 0) == std::nullopt);
}

TEST_CASE("output bound by a regular expression is refused where the service sees it") {
  const auto refused = [](const char* request) { return regex_refusal(Json::parse(request)).has_value(); };
  const auto with_schema = [&refused](const std::string& schema) {
    return refused(
        (R"({"response_format":{"type":"json_schema","json_schema":{"schema":)" + schema + "}}}").c_str());
  };
  CHECK(refused(R"({"guided_regex":"a"})"));
  CHECK(refused(R"({"structured_outputs":{"regex":"a"}})"));
  CHECK_FALSE(refused(R"({"guided_regex":"","structured_outputs":{"choice":["a"]}})"));
  CHECK(with_schema(R"({"type":"string","pattern":"a"})"));
  CHECK(with_schema(R"({"anyOf":[{"type":"null"},{"items":{"pattern":"a"}}]})"));
  CHECK_FALSE(with_schema(R"({"properties":{"a":{"pattern":"a"}}})"));
}

} // namespace
} // namespace chutes::sandbox
