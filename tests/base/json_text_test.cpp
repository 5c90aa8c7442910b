#include "base/json_text.hpp"
#include "base/lenient_json.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;

TEST_CASE("a number leaves as it was written") {
  for (const char* text : {"0",
                           "-0",
                           "1",
                           "-1",
                           "1.0",
                           "1.00",
                           "-0.0",
                           "0.1",
                           "0.10",
                           "1E5",
                           "1e5",
                           "1e+5",
                           "1e05",
                           "100000",
                           "1e-7",
                           "12345678901234567890123",
                           "-12345678901234567890123",
                           "18446744073709551615",
                           "18446744073709551616",
                           "9007199254740993",
                           "9007199254740993.0",
                           "3.141592653589793238462643383279",
                           "1e308",
                           "5e-324",
                           "1e-400"}) {
    CAPTURE(text);
    for (const auto& document : {std::string{text}, "[" + std::string{text} + "]",
                                 R"({"a":)" + std::string{text} + R"(,"b":[{"c":)" + text + "}]}"}) {
      const auto read = parse_json(document);
      REQUIRE(read);
      CHECK(json_line(*read) == document);
      CHECK(json_line(*parse_lenient_json(document)) == document);
    }
    CHECK(number_text(*parse_json(text)) == text);
    CHECK(is_number(*parse_json(text)));
  }
}

TEST_CASE("what a number is worth does not depend on how it is written") {
  const auto object =
      *parse_json(R"({"a":1E5,"b":100000,"c":1.00,"d":"x","e":12345678901234567890123,"f":-0})");
  CHECK(number_field(object, "a") == 100000);
  CHECK(integer_field(object, "a") == integer_field(object, "b"));
  CHECK(integer_field(object, "c") == 1);
  CHECK(!number_of(object["d"]));
  CHECK(number_text(object["d"]).empty());
  CHECK(number_field(object, "e") == 12345678901234567890123.0);
  CHECK(!integer_field(object, "e"));
  CHECK(integer_field(object, "f") == 0);
}

TEST_CASE("a number by itself may have any size, and nothing but a number is one") {
  for (const char* text : {"1e400", "-1e400", "1E5", "0", "-0.0e-0", "123"}) {
    CAPTURE(text);
    REQUIRE(parse_number(text));
    CHECK(json_line(*parse_number(text)) == text);
  }
  CHECK(!number_of(*parse_number("1e400")));
  for (const char* text : {"", "-", "01", "1.", ".5", "1e", "1e+", "+1", "0x10", "1 ", " 1", "1,2", "nan",
                           "Infinity", "--1", "1.e3", "1e3.5", "\"1\"", "true"})
    CHECK_MESSAGE(!parse_number(text), text);
}

TEST_CASE("a document with such a number is indented as any other") {
  CHECK(json_pretty(*parse_json(R"({"a":[1E5,{"b":"\n\u00e9"},[],{}],"c":{"d":null}})")) ==
        "{\n  \"a\": [\n    1E5,\n    {\n      \"b\": \"\\n\u00e9\"\n    },\n    [],\n    {}\n  ],\n"
        "  \"c\": {\n    \"d\": null\n  }\n}");
  const auto plain = *parse_json(R"({"a":[5,{"b":"\n\u00e9"},[],{}],"c":{"d":null}})");
  auto text = json_pretty(plain);
  text.replace(text.find('5'), 1, "1E5");
  CHECK(json_pretty(*parse_json(json_line(*parse_json(text)))) == text);
}
