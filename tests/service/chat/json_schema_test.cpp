#include "service/chat/json_schema.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

namespace {

std::string broken(const char* document, const char* schema) {
  return schema_violation(Json::parse(document), Json::parse(schema)).value_or("(nothing)");
}

} // namespace

TEST_CASE("a violation is reported with its place, innermost first") {
  constexpr const char* schema =
      R"({"type":"object","required":["prompt"],"additionalProperties":false,"properties":{
    "prompt":{"type":"string"},"width":{"type":"integer","minimum":128},
    "messages":{"type":"array","items":{"type":"object","required":["role"]}}}})";
  CHECK(broken(R"({"prompt":"x","width":128})", schema) == "(nothing)");
  CHECK(broken(R"({"prompt":"x","width":5})", schema).starts_with("width: "));
  CHECK(broken(R"({"prompt":7})", schema).starts_with("prompt: "));
  CHECK(broken(R"({})", schema).find("prompt") != std::string::npos);
  CHECK(broken(R"({"prompt":"x","messages":[{"role":"user"},{}]})", schema).starts_with("messages.1: "));
  CHECK(broken(R"({"prompt":"x","extra":1})", schema).find("extra") != std::string::npos);
}

TEST_CASE("null beside a type, and references inside the schema, are understood") {
  constexpr const char* schema = R"({"$defs":{"Size":{"type":"integer","maximum":10}},
    "properties":{"seed":{"anyOf":[{"type":"integer"},{"type":"null"}]},"size":{"$ref":"#/$defs/Size"}}})";
  CHECK(broken(R"({"seed":null,"size":10})", schema) == "(nothing)");
  CHECK(broken(R"({"seed":"x"})", schema) != "(nothing)");
  CHECK(broken(R"({"size":11})", schema) != "(nothing)");
}

TEST_CASE("an invalid schema gives no violation") {
  for (const char* schema : {"null", "[]", "7", R"({"$ref":"https://elsewhere.example/schema"})",
                             R"({"type":12})", R"({"$ref":"#/nowhere"})"})
    CHECK(broken("{}", schema) == "(nothing)");
}

TEST_CASE("circular references are not followed, recursion into the document is") {
  for (const char* schema :
       {R"({"$ref":"#"})", R"({"$ref":"https//em:a"})", R"({"allOf":[{"$ref":"#"}]})",
        R"({"not":{"$ref":"#"}})",
        R"({"properties":{"a":{"$ref":"#/x"}},"x":{"$ref":"#/y"},"y":{"$ref":"#/x"}})",
        R"({"properties":{"a":{"properties":{"b":{"$ref":"#/x"}}}},"x":{"$ref":"#/x"}})"}) {
    CHECK_MESSAGE(broken(R"({"a":{}})", schema) == "(nothing)", schema);
    CHECK_MESSAGE(!is_checkable(Json::object(), Json::parse(schema)), schema);
  }
  constexpr const char* list = R"({"type":"object","properties":{"next":{"$ref":"#"}}})";
  CHECK(broken(R"({"next":{"next":{}}})", list) == "(nothing)");
  CHECK(broken(R"({"next":{"next":7}})", list).starts_with("next.next: "));
}

TEST_CASE("a schema whose rules multiply exponentially is not applied") {
  auto schema = Json::parse(R"({"$ref":"#/r0","r30":{"type":"integer"}})");
  for (int i = 0; i < 30; ++i) {
    const Json next{{"$ref", "#/r" + std::to_string(i + 1)}};
    schema["r" + std::to_string(i)] = Json{{"allOf", Json::array({next, next})}};
  }
  CHECK_FALSE(schema_violation("text", schema));
  CHECK_FALSE(is_checkable("text", schema));
}

TEST_CASE("patterns are matched only if that is certain to end soon") {
  const auto of_pattern = [](const std::string& pattern) { return Json{{"pattern", pattern}}; };
  CHECK(schema_violation("b", of_pattern("^a+$")));
  CHECK_FALSE(schema_violation("aa", of_pattern("^a+$")));
  CHECK(schema_violation("20-1", of_pattern(R"(^\d{4}-(0[1-9]|1[0-2])$)")));
  for (const char* pattern :
       {"^(a+)+$", R"(^(a|a)*$)", "(a)\\1", "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaa",
        "a*a*a*a*b", "(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)a*b"})
    CHECK_MESSAGE(!is_checkable(std::string(40, 'a'), of_pattern(pattern)), pattern);
  CHECK(is_checkable("a", of_pattern("^a+$")));
  CHECK_FALSE(is_checkable(std::string(100000, 'a'), of_pattern("^a+$")));
  CHECK_FALSE(is_checkable(std::string(100000, '1'), Json{{"format", "date"}}));
  CHECK_FALSE(is_checkable("a", Json{{"patternProperties", {{"(a*)*", Json::object()}}}}));
}
