#include "base/form.hpp"

#include <doctest/doctest.h>

using namespace chutes;

TEST_CASE("percent-encoding leaves the unreserved characters of RFC 3986 alone") {
  CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encode(" +&=%/?#:@é") == "%20%2B%26%3D%25%2F%3F%23%3A%40%C3%A9");
  CHECK(percent_encode(std::string_view{"\0\xFF", 2}) == "%00%FF");
}

TEST_CASE("percent-decoding takes both cases of digits and leaves '+' a plus") {
  CHECK(percent_decode("a%2fb%2Fc+d%00") == std::string{"a/b/c+d\0", 8});
  CHECK(percent_decode("") == "");
  for (const char* broken : {"%", "%2", "a%", "%zz", "%2g", "%%20"})
    CHECK_MESSAGE(!percent_decode(broken), broken);
}

TEST_CASE("a form is encoded as RFC 6749 appendix B shows it, with '+' for a space") {
  CHECK(encode_form({{"v", " %&+\xC2\xA3\xE2\x82\xAC"}}) == "v=+%25%26%2B%C2%A3%E2%82%AC");
  CHECK(encode_form({{"scope", "openid profile"}, {"a b", ""}, {"text", "%20"}}) ==
        "scope=openid+profile&a+b=&text=%2520");
  CHECK(encode_form({}).empty());
}

TEST_CASE("a form is read back, in order, with empty pieces skipped and repetitions kept") {
  CHECK(parse_form("&a=1&&b=+%2B&c&a=&d=x=y&") ==
        FormFields{{"a", "1"}, {"b", " +"}, {"c", ""}, {"a", ""}, {"d", "x=y"}});
  CHECK(parse_form("") == FormFields{});
  CHECK(!parse_form("a=%"));
  CHECK(!parse_form("a=1&%zz=2"));
}

TEST_CASE("any bytes survive a form") {
  FormFields fields;
  std::string all;
  for (int byte = 0; byte < 256; ++byte)
    all += static_cast<char>(byte);
  fields.emplace_back(all, all);
  CHECK(parse_form(encode_form(fields)) == fields);
}

TEST_CASE("a single field is one that occurs exactly once") {
  const FormFields fields{{"a", "1"}, {"b", "2"}, {"b", "2"}, {"empty", ""}};
  CHECK(single_field(fields, "a") == "1");
  CHECK(single_field(fields, "empty") == "");
  CHECK(!single_field(fields, "b"));
  CHECK(!single_field(fields, "c"));
  CHECK(count_field(fields, "b") == 2);
  CHECK(count_field(fields, "c") == 0);
}
