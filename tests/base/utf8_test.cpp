#include "base/utf8.hpp"

#include <doctest/doctest.h>

using namespace chutes;

namespace {

void check_character(std::string_view bytes, Utf8 kind, std::size_t length, char32_t value) {
  const auto character = next_character(bytes);
  CHECK(character.kind == kind);
  CHECK(character.length == length);
  CHECK(character.value == value);
}

} // namespace

TEST_CASE("characters of every length are read") {
  check_character("a", Utf8::complete, 1, U'a');
  check_character("\xC3\xA9x", Utf8::complete, 2, U'é');
  check_character("\xE4\xB8\x96", Utf8::complete, 3, U'世');
  check_character("\xF0\x9F\x98\x80", Utf8::complete, 4, U'😀');
  check_character("\xF4\x8F\xBF\xBF", Utf8::complete, 4, 0x10FFFF);
}

TEST_CASE("the beginning of a character is incomplete, not invalid") {
  check_character("\xC3", Utf8::incomplete, 1, 0xFFFD);
  check_character("\xE4\xB8", Utf8::incomplete, 2, 0xFFFD);
  check_character("\xF0\x9F\x98", Utf8::incomplete, 3, 0xFFFD);
}

TEST_CASE("overlong forms, surrogates, values beyond Unicode and lone bytes are invalid") {
  for (const char* bytes : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80",
                            "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
    check_character(bytes, Utf8::invalid, 1, 0xFFFD);
  check_character("\xE4\xB8"
                  "a",
                  Utf8::invalid, 2, 0xFFFD);
}

TEST_CASE("the place of the first byte that makes a text no UTF-8 is found, and none in one that is") {
  CHECK_FALSE(invalid_utf8_at(""));
  CHECK_FALSE(invalid_utf8_at("caf\xC3\xA9 \xE4\xB8\x96 \xF0\x9F\x98\x80"));
  CHECK(invalid_utf8_at("caf\xE9!") == 3);
  CHECK(invalid_utf8_at("\xC3\xA9\xC3") == 2); // without its end
  CHECK(invalid_utf8_at("\xFF") == 0);
}

TEST_CASE("characters are counted, an invalid sequence as one") {
  CHECK(character_count("") == 0);
  CHECK(character_count("a\u00e4\u20ac\U0001f600") == 4);
  CHECK(character_count("a\xff") == 2);
}

TEST_CASE("text is UTF-8 without a NUL") {
  CHECK(is_plain_text(""));
  CHECK(is_plain_text("a\nä中"));
  CHECK_FALSE(is_plain_text(std::string_view{"a\0b", 3}));
  CHECK_FALSE(is_plain_text("\xFF\xD8"));
  CHECK_FALSE(is_plain_text("\xE4\xB8"));
}
