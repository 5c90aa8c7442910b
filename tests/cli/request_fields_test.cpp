#include "base/error.hpp"
#include "cli/request_fields.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::cli;

TEST_CASE("-f is text and -F is JSON, in the order they were given, texts first") {
  CHECK(json_line(fields_body({"a=1", "b=x=y", "c="},
                              {"d=1", "e=true", "f=null", "g=[1,\"x\"]", "h=words", "i=\"12\""})) ==
        R"({"a":"1","b":"x=y","c":"","d":1,"e":true,"f":null,"g":[1,"x"],"h":"words","i":"12"})");
  CHECK(fields_body({}, {}).is_null());
}

TEST_CASE("names reach into objects and arrays") {
  CHECK(json_line(fields_body({"a.b.c=x", "a.d=y", "list[]=1", "list[]=2"},
                              {"deep.list[]=3", "rows[].id=4", "rows[].id=5"})) ==
        R"({"a":{"b":{"c":"x"},"d":"y"},"list":["1","2"],"deep":{"list":[3]},"rows":[{"id":4},{"id":5}]})");
}

TEST_CASE("fields that contradict each other are refused") {
  for (const auto& fields : std::vector<std::vector<std::string>>{{"a=1", "a=2"},
                                                                  {"a=1", "a.b=2"},
                                                                  {"a.b=1", "a=2"},
                                                                  {"a[]=1", "a.b=2"},
                                                                  {"a=1", "a[]=2"},
                                                                  {"=1"},
                                                                  {"a"}})
    CHECK_THROWS_AS(static_cast<void>(fields_body(fields, {})), Error);
}
