#include "base/error.hpp"
#include "cli/invoke/request_fields.hpp"
#include "cli/temporary_file.hpp"

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

TEST_CASE("--param takes numbers, true, false and null for what they are, and all else for text") {
  CHECK(
      json_line(parameter_fields(
          {"top_p=0.9", "n=2", "logprobs=false", "user=null", "id=\"12\"", "list=[1]", "name=a=b", "empty="},
          {})) ==
      R"({"top_p":0.9,"n":2,"logprobs":false,"user":null,"id":"\"12\"","list":"[1]","name":"a=b","empty":""})");
  CHECK(parameter_fields({}, {}).is_null());
}

TEST_CASE("--param-json takes any JSON, or a file of it, and names reach into objects") {
  const flows::TemporaryFile file{R"([{"type":"function"}])"};
  CHECK(
      json_line(parameter_fields({"chat_template_kwargs.thinking=true"},
                                 {R"(logit_bias={"7":-100})", "tools=@" + file.path()})) ==
      R"({"chat_template_kwargs":{"thinking":true},"logit_bias":{"7":-100},"tools":[{"type":"function"}]})");
  CHECK_THROWS_WITH(static_cast<void>(parameter_fields({}, {"a=words"})),
                    "the value of --param-json a is not JSON");
  CHECK_THROWS_WITH(static_cast<void>(parameter_fields({"a=1"}, {"a=2"})),
                    "the field a is given in two ways that exclude each other");
  CHECK_THROWS_WITH(static_cast<void>(parameter_fields({"top_p"}, {})),
                    "--param wants NAME=VALUE, not top_p");
}

TEST_CASE("a field that is not UTF-8 is refused with the place, because JSON has to be") {
  CHECK_THROWS_WITH(static_cast<void>(fields_body({"a=caf\xE9"}, {})),
                    "a word of -f is not UTF-8: byte 0xE9 at offset 5");
  const flows::TemporaryFile file{"caf\xE9"};
  CHECK_THROWS_WITH(static_cast<void>(fields_body({}, {"a=@" + file.path()})),
                    "the file of -F is not UTF-8: byte 0xE9 at offset 3");
}
