#include "base/header_fields.hpp"

#include <doctest/doctest.h>

using namespace chutes;

TEST_CASE("header fields keep their order and spelling and lose the blanks around their values") {
  CHECK(parse_header_fields("Host: a\r\nX-Two:\t b c \t\r\nhost:d\r\nEmpty:\r\n\r\n") ==
        HeaderFields{{"Host", "a"}, {"X-Two", "b c"}, {"host", "d"}, {"Empty", ""}});
  CHECK(parse_header_fields("\r\n") == HeaderFields{});
}

TEST_CASE("one malformed line makes all header fields invalid") {
  for (const char* text :
       {"", "Host: a\r\n", "Host: a\n\n", "Host: a\r\n\r\nmore", "no colon\r\n\r\n", ": no name\r\n\r\n",
        "Na me: x\r\n\r\n", "Name : x\r\n\r\n", "A: b\r\n folded\r\n\r\n", "A: b\r\n folded: c\r\n\r\n",
        "A: b\x01\r\n\r\n", "A: b\x7f\r\n\r\n", "A: b\rc\r\n\r\n", "A: b\r\r\n\r\n", "A\xc3: b\r\n\r\n"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_header_fields(text));
  }
}

TEST_CASE("a token is letters, digits and the marks of RFC 9110, and never empty") {
  CHECK(is_token("azAZ09!#$%&'*+-.^_`|~"));
  for (const char* text : {"", "a b", "a/b", "a:", "\"a\"", "a\t", "\xc3\xa4", "(a)", "a@"})
    CHECK_FALSE(is_token(text));
}

TEST_CASE("a field value holds no control character but tabs") {
  CHECK(is_field_value("a\tb \xc3\xa4 ~"));
  CHECK(is_field_value(""));
  for (const char* text : {"\x1f", "\x7f", "a\nb", "a\rb", "\x01"})
    CHECK_FALSE(is_field_value(text));
  CHECK_FALSE(is_field_value(std::string_view{"\0", 1}));
}

TEST_CASE("a line is taken with its CRLF only") {
  std::string_view rest = "one\ntwo\r\nthree";
  CHECK(take_line(rest) == "one\ntwo");
  CHECK(rest == "three");
  CHECK(take_line(rest) == std::nullopt);
  CHECK(rest == "three");
}
