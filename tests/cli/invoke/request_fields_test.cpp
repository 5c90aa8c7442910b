#include "base/error.hpp"
#include "cli/invoke/request_fields.hpp"
#include "cli/temporary_file.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <functional>

using namespace chutes;
using namespace chutes::cli;

namespace {

// The message and the hint of the usage error that `action` throws, whose message has to state this fact.
std::string refusal(const std::function<void()>& action, const std::string& fact) {
  try {
    action();
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    CHECK_MESSAGE(std::string{error.what()}.find(fact) != std::string::npos, error.what());
    return std::string{error.what()} + "\nhint: " + error.hint() + "\n";
  }
  FAIL("nothing was refused");
  return "";
}

} // namespace

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
  check_golden(refusal([] { static_cast<void>(parameter_fields({}, {"a=words"})); }, "--param-json a") +
               refusal([] { static_cast<void>(parameter_fields({"a=1"}, {"a=2"})); }, "field a") +
               refusal([] { static_cast<void>(parameter_fields({"top_p"}, {})); }, "not top_p"));
}

TEST_CASE("a field that is not UTF-8 is refused with the place, because JSON has to be") {
  const flows::TemporaryFile file{"caf\xE9"};
  const auto in_word = refusal([] { static_cast<void>(fields_body({"a=caf\xE9"}, {})); }, "offset 5");
  const auto in_file =
      refusal([&] { static_cast<void>(fields_body({}, {"a=@" + file.path()})); }, "offset 3");
  CHECK(in_word.find("-f") != std::string::npos);
  CHECK(in_file.find("-F") != std::string::npos);
  check_golden(in_word + in_file);
}
