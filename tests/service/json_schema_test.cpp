#include "service/json_schema.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

namespace {

std::string broken(const char* document, const char* schema) {
  return schema_violation(Json::parse(document), Json::parse(schema)).value_or("(nothing)");
}

} // namespace

TEST_CASE("a document that breaks its schema is told where, innermost first") {
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

TEST_CASE("what is no schema forbids nothing") {
  for (const char* schema : {"null", "[]", "7", R"({"$ref":"https://elsewhere.example/schema"})",
                             R"({"type":12})", R"({"$ref":"#/nowhere"})"})
    CHECK(broken("{}", schema) == "(nothing)");
}
