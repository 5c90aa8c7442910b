#include "service/schema/ecma_pattern.hpp"

#include <doctest/doctest.h>

using namespace chutes::service;

namespace {

Match find(const std::string& pattern, const std::string& text) {
  EcmaPatterns patterns;
  return patterns.find(pattern, text);
}

struct Row {
  const char* pattern;
  const char* text;
  bool found;
};

} // namespace

TEST_CASE("patterns mean what ECMA-262 says, over Unicode") {
  for (const auto& [pattern, text, found] : {
           Row{"", "", true},
           Row{"a", "cat", true},
           Row{"^a$", "a\n", false},
           Row{"^.$", "\n", false},
           Row{"^.$", "\xE2\x80\xA8", false}, // U+2028
           Row{"^.$", "\xF0\x9F\x90\xB2", true},
           Row{"^..$", "\xC3\xA4\xC3\xB6", true},
           Row{"^\\d+$", "42", true},
           Row{"^\\d$", "\xE0\xA7\xAA", false}, // BENGALI DIGIT FOUR
           Row{"^\\w$", "\xC3\xA9", false},
           Row{"^\\W$", "\xC3\xA9", true},
           Row{"^\\s$", "\xC2\xA0", true},
           Row{"^\\s$", "\xEF\xBB\xBF", true}, // U+FEFF
           Row{"^\\s$", "\x0B", true},
           Row{"^\\S$", "\xE2\x80\xA9", false},
           Row{"^[\\s\\S]$", "\n", true},
           Row{"^[^\\s]$", "\xE3\x80\x80", false},
           Row{"^[\\S]$", "\xE3\x80\x80", false},
           Row{"^[\\w.-]+$", "a.b-c", true},
           Row{"^[\\w-.]+$", "a-b", true},
           Row{"^[\\s-a]+$", " -a", true},
           Row{"^[a-]$", "-", true},
           Row{"[]", "a", false},
           Row{"^[^]$", "\n", true},
           Row{"^[[:a]+$", "[:a", true},
           Row{"^\\u00e9$", "\xC3\xA9", true},
           Row{"^\\u{1f432}*$", "\xF0\x9F\x90\xB2\xF0\x9F\x90\xB2", true},
           Row{"^\\ud83d\\udc32$", "\xF0\x9F\x90\xB2", true},
           Row{"^\\x41\\cA$", "A\x01", true},
           Row{"^\\v\\0$", "\x0B", false},
           Row{"^\\p{Letter}cole$",
               "\xC3\x89"
               "cole",
               true},
           Row{"^\\p{L}\\p{Lu}\\p{Script=Greek}$", "aB\xCE\xB1", true},
           Row{"^\\P{L}$", "a", false},
           Row{"^[\\p{Ll}\\p{General_Category=Decimal_Number}]+$", "a1", true},
           Row{"^\\/\\-\\_\\@\\\"$", "/-_@\"", true},
           Row{"^a{2}$", "aa", true},
           Row{"^a{2,}?$", "aaa", true},
           Row{"^{a}{,2}$", "{a}{,2}", true},
           Row{"^(?:a|b)(?=c)(?!d)c$", "bc", true},
           Row{"(?<=a)b", "ab", true},
           Row{"^(?<x>.)\\k<x>$", "aa", true},
           Row{"^(a)?\\1b$", "b", true}, // a group without a match is empty
           Row{"^(z)((a+)?(b+)?(c))*$", "zaacbbbcac", true},
       }) {
    CAPTURE(pattern);
    CAPTURE(text);
    CHECK(find(pattern, text) == (found ? Match::yes : Match::no));
  }
}

TEST_CASE("what is no pattern of ECMA-262 is not applied") {
  EcmaPatterns patterns;
  for (const char* pattern : {"\\Aa",        "a\\Z",
                              "\\a",         "\\Q.\\E",
                              "(?i)a",       "(?P<x>a)",
                              "(?>a)",       "(?#a)",
                              "(*ACCEPT)",   "a++",
                              "a*+",         "a**",
                              "(",           ")",
                              "[",           "[b-a]",
                              "\\",          "*",
                              "\\u{110000}", "\\ud800",
                              "\\xg0",       "\\p{No_Such_Thing}",
                              "\\h",         "(?|a)",
                              "\\01",        "[a-\\d]"}) {
    CAPTURE(pattern);
    CHECK(patterns.find(pattern, "a") == Match::unknown);
    CHECK(patterns.is_pattern(pattern) != Match::yes);
  }
}

TEST_CASE("a pattern that takes too many steps is given up") {
  EcmaPatterns patterns;
  CHECK(patterns.find("^(a+)+$", std::string(40, 'a').append("b")) == Match::unknown);
  CHECK(patterns.find("^(a+)+$", "a") == Match::unknown);
  CHECK(patterns.is_pattern("^(a+)+$") == Match::yes);
  CHECK(patterns.find("^a+$", std::string(100'000, 'a')) == Match::yes);
  CHECK(patterns.find(std::string(300, '(').append(std::string(300, ')')), "a") == Match::unknown);
}
