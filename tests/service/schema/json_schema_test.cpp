#include "service/schema/json_schema.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

namespace {

SchemaReport report_of(const std::string& document, const std::string& schema) {
  const auto read = parse_json(document);
  const auto rules = parse_json(schema);
  REQUIRE_MESSAGE(read, document);
  REQUIRE_MESSAGE(rules, schema);
  return check_against_schema(*read, *rules);
}

std::string broken(const std::string& document, const std::string& schema) {
  return report_of(document, schema).violation.value_or("(nothing)");
}

struct Row {
  const char* schema;
  const char* good; // a document
  const char* bad;  // another; null if there is none
};

} // namespace

TEST_CASE("a violation is reported with its place, innermost first") {
  constexpr const char* schema =
      R"({"type":"object","required":["prompt"],"additionalProperties":false,"properties":{
    "prompt":{"type":"string"},"width":{"type":"integer","minimum":128},
    "size":{"anyOf":[{"type":"integer","maximum":10},{"type":"null"}]},
    "messages":{"type":"array","items":{"type":"object","required":["role"]}}}})";
  CHECK(broken(R"({"prompt":"x","width":128})", schema) == "(nothing)");
  CHECK(broken(R"({"prompt":"x","width":5})", schema) == "width: must be at least 128");
  CHECK(broken(R"({"prompt":7})", schema) == "prompt: must be of type string, not integer");
  CHECK(broken(R"({})", schema) == "\"prompt\" is missing");
  CHECK(broken(R"({"prompt":"x","messages":[{"role":"user"},{}]})", schema) ==
        "messages.1: \"role\" is missing");
  CHECK(broken(R"({"prompt":"x","extra":1})", schema) == "extra: is not allowed");
  CHECK(broken(R"({"prompt":"x","size":11})", schema) == "size: must be at most 10");
  CHECK(broken(R"({"prompt":"x","size":"x"})", schema) == "size: matches none of its alternatives (anyOf)");
}

TEST_CASE("each keyword accepts what it should, and refuses the rest") {
  for (
      const auto& [schema, good, bad] : {
          Row{R"({"type":"integer"})", "1.0", "1.5"},
          Row{R"({"type":"integer"})", "1e2", "1e-2"},
          Row{R"({"type":"integer"})", "12345678901234567890123", "\"1\""},
          Row{R"({"type":["string","null"]})", "null", "1"},
          Row{R"({"type":"string","nullable":true})", "null", "1"},
          Row{R"({"enum":[1,{"a":[2]}]})", R"({"a":[2.0]})", R"({"a":[3]})"},
          Row{R"({"enum":["a"]})", "\"a\"", "\"b\""},
          Row{R"({"const":12345678901234567890123})", "12345678901234567890123", "12345678901234567890124"},
          Row{R"({"const":{"a":1,"b":2}})", R"({"b":2,"a":1})", "{}"},
          Row{R"({"multipleOf":0.01})", "19.99", "19.999"},
          Row{R"({"multipleOf":0.1})", "0.30000000000000004", "0.35"},
          Row{R"({"minimum":0.1})", "0.10", "0.09"},
          Row{R"({"exclusiveMaximum":1e2})", "99.9", "100"},
          Row{R"({"minimum":3,"exclusiveMinimum":true})", "4", "3"}, // draft 4
          Row{R"({"maximum":18446744073709551616})", "18446744073709551616", "18446744073709551617"},
          Row{R"({"minLength":2,"maxLength":2})", "\"\u00e9\U0001F432\"", "\"\u00e9\""},
          Row{R"({"maxLength":2.0})", "\"ab\"", "\"abc\""},
          Row{R"({"pattern":"^\\p{Lu}"})", "\"\u00c9\"", "\"\u00e9\""},
          Row{R"({"minItems":1,"maxItems":2})", "[1]", "[]"},
          Row{R"({"uniqueItems":true})", R"([1,"1",[1],{"a":1}])", "[1,1.0]"},
          Row{R"({"prefixItems":[{"type":"string"},{"type":"integer"}],"items":false})", R"(["a",1])",
              R"(["a",1,2])"},
          Row{R"({"items":[{"type":"string"}],"additionalItems":false})", R"(["a"])",
              R"(["a",1])"}, // draft 7
          Row{R"({"contains":{"const":1},"minContains":2,"maxContains":3})", "[1,2,1]", "[1]"},
          Row{R"({"contains":{"const":1},"minContains":0})", "[]", nullptr},
          Row{R"({"minProperties":1,"maxProperties":1})", R"({"a":1})", "{}"},
          Row{R"({"required":["a"]})", R"({"a":null})", R"({"b":1})"},
          Row{R"({"dependentRequired":{"a":["b"]}})", R"({"a":1,"b":1})", R"({"a":1})"},
          Row{R"({"dependentSchemas":{"a":{"required":["b"]}}})", "{}", R"({"a":1})"},
          Row{R"({"dependencies":{"a":["b"]}})", "{}", R"({"a":1})"}, // draft 7
          Row{R"({"patternProperties":{"^x":{"type":"integer"}},"additionalProperties":false})",
              R"({"x1":1})", R"({"y":1})"},
          Row{R"({"propertyNames":{"maxLength":1}})", R"({"a":1})", R"({"ab":1})"},
          Row{R"({"allOf":[{"minimum":1},{"maximum":2}]})", "2", "3"},
          Row{R"({"oneOf":[{"minimum":1},{"maximum":2}]})", "0", "1.5"},
          Row{R"({"not":{"type":"null"}})", "1", "null"},
          Row{R"({"if":{"type":"string"},"then":{"minLength":1},"else":{"minimum":0}})", "\"a\"", "-1"},
          Row{R"({"$ref":"#/$defs/a","maximum":5,"$defs":{"a":{"minimum":1}}})", "5", "6"}, // siblings
          Row{R"({"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/a","maximum":5,
                   "definitions":{"a":{"minimum":1}}})",
              "6", "0"},
          Row{R"({"$id":"https://a.example/b/","$ref":"c","$defs":{"x":{"$id":"c","type":"null"}}})", "null",
              "1"},
          Row{R"({"$ref":"#n","$defs":{"x":{"$anchor":"n","type":"null"}}})", "null", "1"},
          Row{R"({"$ref":"#/$defs/a~1b%25","$defs":{"a/b%":{"type":"null"}}})", "null", "1"},
          Row{R"({"$id":"https://a.example/strict","$ref":"tree","$dynamicAnchor":"node","unevaluatedProperties":false,
                   "$defs":{"tree":{"$id":"tree","$dynamicAnchor":"node","properties":{
                     "data":true,"next":{"$dynamicRef":"#node"}}}}})",
              R"({"next":{"data":1}})", R"({"next":{"date":1}})"},
          Row{R"({"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false})", R"({"a":1})",
              R"({"a":1,"b":1})"},
          Row{R"({"anyOf":[{"properties":{"a":{"const":1}},"required":["a"]},true],"unevaluatedProperties":false})",
              R"({"a":1})", R"({"a":2})"},
          Row{R"({"prefixItems":[true],"contains":{"const":1},"unevaluatedItems":false})", "[2,1]",
              "[2,1,3]"},
          Row{R"({"properties":{"next":{"$ref":"#"}},"type":"object"})", R"({"next":{"next":{}}})",
              R"({"next":{"next":7}})"},
          Row{"true", "1", nullptr},
          Row{"false", "1", "1"},
      }) {
    CAPTURE(schema);
    if (std::string_view{schema} != "false") {
      const auto report = report_of(good, schema);
      CHECK(report.violation.value_or("") == "");
      CHECK(report.unchecked.empty());
    }
    if (bad != nullptr)
      CHECK(report_of(bad, schema).violation);
  }
}

TEST_CASE("formats are checked in full") {
  for (const auto& [format, good, bad] : {
           Row{"date", "2024-02-29", "2023-02-29"},
           Row{"date", "2024-12-31", "2024-12-31T"},
           Row{"time", "23:59:60Z", "22:59:60Z"},
           Row{"time", "01:29:60.5+01:30", "24:00:00Z"},
           Row{"date-time", "1998-12-31t23:59:60z", "1998-12-31T23:58:60Z"},
           Row{"date-time", "1985-04-12T23:20:50.52+23:59", "1985-04-12 23:20:50Z"},
           Row{"duration", "P1Y2M3DT4H5M6S", "P1Y2D"},
           Row{"duration", "P4W", "P"},
           Row{"email", "\\\"a b\\\"@example.org", "a.@example.org"},
           Row{"email", "a+b@[127.0.0.1]", "a@b@c"},
           Row{"idn-email", "\u00fc@\u00fc.example", "\u00fc"},
           Row{"hostname", "a-b.example", "-a.example"},
           Row{"ipv4", "255.0.0.1", "256.0.0.1"},
           Row{"ipv4", "1.2.3.4", "01.2.3.4"},
           Row{"ipv6", "::ffff:1.2.3.4", "1::2::3"},
           Row{"ipv6", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9"},
           Row{"ipv6", "::", ":"},
           Row{"uri", "urn:isbn:0451450523", "//a.example"},
           Row{"uri", "http://[::1]:80/a?b#c", "http://a b/"},
           Row{"uri-reference", "../a?b", "a\\\\b"},
           Row{"iri", "http://\u00fc.example/\u00e4", "\u00fc"},
           Row{"iri-reference", "\u00fc", "\\\\"},
           Row{"uuid", "2EB8AA08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08aa9811eab4aa73b441d16380"},
           Row{"uri-template", "http://a/{b}/{?c*,d:3}", "http://a/{b"},
           Row{"json-pointer", "/a~0b/~1", "/~2"},
           Row{"relative-json-pointer", "1/a", "01"},
           Row{"regex", "^\\\\p{L}+$", "^(abc]"},
           Row{"no-such-format", "anything", nullptr},
       }) {
    CAPTURE(format);
    const auto schema = std::string{R"({"format":")"}.append(format).append("\"}");
    const auto report = report_of(std::string{"\""}.append(good).append("\""), schema);
    CAPTURE(good);
    CHECK(report.violation.value_or("") == "");
    CHECK(report.unchecked.empty());
    if (bad != nullptr)
      CHECK_MESSAGE(report_of(std::string{"\""}.append(bad).append("\""), schema).violation, bad);
  }
  CHECK(report_of("\"\u00fc.example\"", R"({"format":"idn-hostname"})").unchecked ==
        std::vector<std::string>{"the format idn-hostname"});
}

TEST_CASE("what cannot be applied is told, and never refuses a document") {
  struct Foreign {
    const char* schema;
    const char* unchecked;
  };
  for (const auto& [schema, unchecked] : {
           Foreign{R"({"required":true})", "the keyword \"required\""},
           Foreign{R"({"required":null})", "the keyword \"required\""},
           Foreign{R"({"required":[1]})", "the keyword \"required\""},
           Foreign{R"({"properties":{"a":{"type":"string","required":true}}})", "the keyword \"required\""},
           Foreign{R"({"type":12})", "the keyword \"type\""},
           Foreign{R"({"type":"file"})", "the keyword \"type\""},
           Foreign{R"({"type":[]})", "the keyword \"type\""},
           Foreign{R"({"properties":[]})", "the keyword \"properties\""},
           Foreign{R"({"properties":{"a":7}})", "a schema that is no object"},
           Foreign{R"({"properties":{"a":{"minLength":"1"}}})", "the keyword \"minLength\""},
           Foreign{R"({"properties":{"a":{"maxLength":-1}}})", "the keyword \"maxLength\""},
           Foreign{R"({"properties":{"a":{"enum":"x"}}})", "the keyword \"enum\""},
           Foreign{R"({"properties":{"a":{"minimum":null}}})", "the keyword \"minimum\""},
           Foreign{R"({"properties":{"a":{"multipleOf":0}}})", nullptr}, // of no number
           Foreign{R"({"properties":{"n":{"multipleOf":0}}})", "the keyword \"multipleOf\""},
           Foreign{R"({"properties":{"a":{"pattern":"\\Ax"}}})", "the pattern \\Ax"},
           Foreign{R"({"properties":{"a":{"pattern":7}}})", "the keyword \"pattern\""},
           Foreign{R"({"patternProperties":{"(?i)A":false}})", "the pattern (?i)A"},
           Foreign{R"({"patternProperties":{"(?i)A":true},"additionalProperties":false})",
                   "the pattern (?i)A"},
           Foreign{R"({"not":{"properties":{"a":{"pattern":"a\\Z"}}}})", "the pattern a\\Z"},
           Foreign{R"({"oneOf":[{"properties":{"a":{"pattern":"a\\Z"}}},{"type":"object"}]})",
                   "the pattern a\\Z"},
           Foreign{R"({"anyOf":[{"required":["z"],"properties":{"a":{"pattern":"a\\Z"}}},
                                {"properties":{"a":{"pattern":"b\\Z"}}}]})",
                   nullptr},
           Foreign{R"({"if":{"properties":{"a":{"pattern":"a\\Z"}}},"then":false})", "the pattern a\\Z"},
           Foreign{R"({"anyOf":[{"properties":{"a":{"pattern":"a\\Z"}}}],"unevaluatedProperties":false})",
                   nullptr},
           Foreign{R"({"allOf":{}})", "the keyword \"allOf\""},
           Foreign{R"({"anyOf":7})", "the keyword \"anyOf\""},
           Foreign{R"({"oneOf":null})", "the keyword \"oneOf\""},
           Foreign{R"({"dependentRequired":{"a":[1]}})", "the keyword \"dependentRequired\""},
           Foreign{R"({"$ref":"https://elsewhere.example/schema"})",
                   "the reference \"https://elsewhere.example/schema\""},
           Foreign{R"({"$ref":"#/nowhere"})", "the reference \"#/nowhere\""},
           Foreign{R"({"$ref":7})", "the reference 7"},
           Foreign{R"({"$dynamicRef":"#nowhere"})", "the reference \"#nowhere\""},
           Foreign{R"({"$recursiveRef":"#"})", "the keyword \"$recursiveRef\""},
           Foreign{"null", "a schema that is no object"},
           Foreign{"[]", "a schema that is no object"},
           Foreign{R"({"$ref":"#"})", "a schema that takes too many steps"},
           Foreign{R"({"allOf":[{"$ref":"#"}]})", "a schema that takes too many steps"},
           Foreign{R"({"not":{"$ref":"#"}})", "a schema that takes too many steps"},
           Foreign{R"({"$ref":"#/x","x":{"$ref":"#/y"},"y":{"$ref":"#/x"}})",
                   "a schema that takes too many steps"},
       }) {
    CAPTURE(schema);
    const auto report = report_of(R"({"a":"ab","n":1})", schema);
    CHECK(report.violation.value_or("") == "");
    if (unchecked != nullptr)
      CHECK(report.unchecked == std::vector<std::string>{unchecked});
  }
}

TEST_CASE("a violation is one although another keyword cannot be applied") {
  const auto report = report_of(R"({"a":"x"})", R"({"properties":{"a":{"pattern":"\\A"}},"required":["b"]})");
  CHECK(report.violation == "\"b\" is missing");
}

TEST_CASE("a schema whose rules multiply exponentially is not applied to its end") {
  auto schema = Json::parse(R"({"$ref":"#/r0","r30":{"type":"integer"}})");
  for (int i = 0; i < 30; ++i) {
    const Json next{{"$ref", "#/r" + std::to_string(i + 1)}};
    schema["r" + std::to_string(i)] = Json{{"anyOf", Json::array({next, next})}};
  }
  const auto report = check_against_schema("text", schema);
  CHECK_FALSE(report.violation);
  CHECK(report.unchecked == std::vector<std::string>{"a schema that takes too many steps"});
}
