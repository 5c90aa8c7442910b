#include "base/terminal_text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace chutes;

namespace {

std::string filtered(std::string_view text, std::size_t piece) {
  TerminalFilter filter;
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += piece)
    out += filter.filter(text.substr(at, piece));
  return out + filter.finish();
}

// What reaches the terminal must not depend on how the text was cut.
void check_filter(std::string_view text, std::string_view expected) {
  for (std::size_t piece = 1; piece <= text.size() + 1; ++piece)
    CHECK_MESSAGE(filtered(text, piece) == expected, "in pieces of ", piece);
}

} // namespace

TEST_CASE("ordinary text passes byte for byte, with line breaks and tabs") {
  check_filter("Hé, 世界 😀\n\tمرحبا — e\xCC\x81 \xE2\x80\x8D\n",
               "Hé, 世界 😀\n\tمرحبا — e\xCC\x81 \xE2\x80\x8D\n");
  check_filter("", "");
}

TEST_CASE("escape sequences are removed whole") {
  check_filter("a\x1b[31mred\x1b[0m b", "ared b");
  check_filter("a\x1b[2J\x1b[1;1H\x1b[?25lb", "ab");
  check_filter("a\x1b"
               "cb\x1b(Bc\x1b#8d\x1b=e\x1bMf",
               "abcdef");
}

TEST_CASE("strings to the terminal (title, clipboard, links, device controls) are removed whole") {
  check_filter("a\x1b]0;title\x07"
               "b",
               "ab");
  check_filter("a\x1b]52;c;aGVsbG8=\x1b\\b", "ab");
  check_filter("\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\", "text");
  check_filter("a\x1bP1$q\x1b\\b\x1b_apc\x1b\\c\x1b^pm\x1b\\d\x1bXsos\x1b\\e", "abcde");
}

TEST_CASE("C1 controls do as their escape sequences do, in UTF-8 and as raw bytes") {
  check_filter("a\xC2\x9B"
               "31mb\xC2\x9D"
               "0;t\xC2\x9C"
               "c\xC2\x85"
               "d",
               "abcd");
  check_filter("a\x9B"
               "31mb",
               "a\xEF\xBF\xBD"
               "31mb");
}

TEST_CASE("every C1 control that begins a string hides the string, and no other does") {
  for (const char* begin : {"\u0090", "\u0098", "\u009D", "\u009E", "\u009F"})
    check_filter(std::string{"a"} + begin + "hidden\u009Cb", "ab");
  for (const char* other : {"\u0080", "\u008F", "\u0091", "\u0097", "\u0099", "\u009A", "\u009C"})
    check_filter(std::string{"a"} + other + "shown", "ashown");
  check_filter("a\u00A0b ~", "a\u00A0b ~");
}

TEST_CASE("a sequence that never ends hides no more than its line") {
  check_filter("a\x1b]0;title\nb", "a\nb");
  check_filter("a\x1b[31\nb", "a\nb");
  check_filter("a\x1b\nb", "a\nb");
  check_filter("a\x1b", "a");
  check_filter("a\x1b]0;\x18"
               "b\x1b]0;\x1a"
               "c",
               "abc");
}

TEST_CASE("a sequence inside a sequence starts over") {
  check_filter("a\x1b[3\x1b[31mb", "ab");
  check_filter("a\x1b]0;t\x1b[31mb", "ab");
  check_filter("a\x1b\x1b[31mb", "ab");
}

TEST_CASE("characters that cannot belong to a sequence are text again") {
  check_filter("a\x1b[éb", "aéb");
  check_filter("a\x1b世b", "a世b");
}

TEST_CASE("control characters are removed, a carriage return and a backspace too") {
  check_filter("a\rb\b\x07\x01"
               "c\x7F"
               "d\ve\f",
               "abcde");
  check_filter(std::string_view{"a\0b", 3}, "ab");
  check_filter("one\r\ntwo\r\n", "one\ntwo\n");
}

TEST_CASE("every character that turns the line around is removed, and its neighbours are not") {
  check_filter("a\u202Ab\u202Bc\u202Cd\u202De\u202Ef", "abcdef");
  check_filter("a\u2066b\u2067c\u2068d\u2069e", "abcde");
  for (const char* neighbour : {"\u2029", "\u202F", "\u2065", "\u206A"})
    check_filter(neighbour, neighbour);
}

TEST_CASE("invalid UTF-8 becomes U+FFFD, also where the text ends in mid-character") {
  check_filter("a\xFF"
               "b",
               "a\xEF\xBF\xBD"
               "b");
  check_filter("a\xC3", "a\xEF\xBF\xBD");
  check_filter("\xC0\x9B", "\xEF\xBF\xBD\xEF\xBF\xBD");
  check_filter("\xE0\x80\x9B", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  check_filter("a\xC3\x1b[31mb", "a\xEF\xBF\xBD"
                                 "b");
}

TEST_CASE("no sequence of bytes gets a control character past the filter") {
  // Every pair of bytes after every beginning that opens something.
  for (const std::string beginning :
       {"", "\x1b", "\x1b[", "\x1b]", "\x1bP", "\xC2", "\xE2\x80", "\x1b]x\x1b", "\x1b("})
    for (int first = 0; first < 256; ++first)
      for (int second = 0; second < 256; second += 3) {
        const std::string text = beginning + static_cast<char>(first) + static_cast<char>(second) + "z";
        const std::string out = filtered(text, 1);
        for (std::size_t i = 0; i < out.size(); ++i) {
          const auto byte = static_cast<unsigned char>(out[i]);
          const bool c1 = byte == 0xC2 && i + 1 < out.size() && static_cast<unsigned char>(out[i + 1]) < 0xA0;
          if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F || c1)
            FAIL("a control character passed after byte " << first << " " << second);
        }
      }
}

TEST_CASE("a message is one line, harmless and of bounded length") {
  CHECK(one_line("a\nb\r\nc\td", 100) == "a b  c d");
  CHECK(one_line("\x1b[31mred\x1b[0m\x07", 100) == "red");
  CHECK(one_line("\xFF", 100) == "\xEF\xBF\xBD");
  CHECK(one_line("0123456789", 10) == "0123456789");
  CHECK(one_line("0123456789x", 10) == "0123456…");
  CHECK(one_line("ééééé", 9) == "ééé…");
  CHECK(one_line("", 10).empty());
}

TEST_CASE("wide, combined and emoji characters take the columns that terminals give them") {
  const std::pair<const char*, std::size_t> rows[] = {
      {"✅", 2},
      {"⚡", 2},
      {"⭐", 2},
      {"❌", 2},
      {"⌚", 2},
      {"☔", 2},
      {"🀄", 2},
      {"☀", 1},
      {"✔", 1},
      {"→", 1},
      {"漢字", 4},
      {"ひらがな", 8},
      {"ｶﾅ", 2},
      {"ＡＢ", 4},
      {"한글", 4},
      {"\u1112\u1161\u11ab", 2}, // Jamo that make one syllable
      {"e\u0301", 1},
      {"\u0e01\u0e34\u0e49", 1}, // Thai vowel and tone above
      {"\u0915\u093f", 2},
      {"\u05d0\u05b8", 1},
      {"\u302a\u4e00", 2}, // a tone mark among the wide characters
      {"\u2764\ufe0f", 2},
      {"\u2764\ufe0e", 1},
      {"1\ufe0f\u20e3", 2},
      {"⭐\ufe0f", 2}, // variation selectors
      {"\U0001F468\u200d\U0001F469\u200d\U0001F467", 2},
      {"\U0001F3F3\ufe0f\u200d\U0001F308", 2}, // joined
      {"\U0001F937\u200d\u2642\ufe0f", 2},
      {"\U0001F44D\U0001F3FD", 2},
      {"\U0001F3FD", 2},               // skin tones
      {"\U0001F1E6\U0001F1F9", 2},     // a flag
      {"\u0915\u094d\u200d\u0937", 2}, // a joiner that is no emoji's
      {"\u200b", 0},
      {"\ufeff", 0},
      {"\u00ad", 1},
      {"\u0600", 1},
      {"\ue000", 1},
      {"\U00020000", 2}};
  for (const auto& [text, width] : rows)
    CHECK_MESSAGE(display_width(text) == width, text);
}

TEST_CASE("what combines with a character is cut off with it, or not at all") {
  CHECK(first_columns("e\u0301x", 1) == "e\u0301");
  CHECK(first_columns("⚡x", 1).empty());
  CHECK(first_columns("⚡x", 2) == "⚡");
  CHECK(first_columns("a\u2764\ufe0fb", 2) == "a");
  CHECK(first_columns("a\u2764\ufe0fb", 3) == "a\u2764\ufe0f");
  CHECK(first_columns("\U0001F468\u200d\U0001F469!", 2) == "\U0001F468\u200d\U0001F469");
}

TEST_CASE("display width counts columns, not bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é") == 1);
  CHECK(display_width("e\xCC\x81") == 1);
  CHECK(display_width("世界") == 4);
  CHECK(display_width("😀") == 2);
  CHECK(display_width("█░") == 2);
  CHECK(display_width("a\nb") == 2);
  CHECK(display_width("\xFF") == 1);
}

TEST_CASE("styled text holds the escape sequences of its styles and no others") {
  CHECK(StyledText{}.add("plain ").add(Style::bold, "bold").bytes() == "plain \x1b[1mbold\x1b[0m");
  CHECK(StyledText{}.add(Style::dim, "a\x1b[31mb\x1b]0;title\ac\n").bytes() == "\x1b[2mabc\n\x1b[0m");
  CHECK(StyledText{}.add("a\x1b[3").add(Style::green, "1mb").bytes() == "a\x1b[32m1mb\x1b[0m");
  CHECK(StyledText{}
            .add(Style::yellow, "")
            .add(Style::bold_red, "\xC2\x9B"
                                  "31mx")
            .bytes() == "\x1b[33m\x1b[0m\x1b[1;31mx\x1b[0m");
}

TEST_CASE("JSON for a terminal means the same, and controls nothing: a table") {
  CHECK(json_for_terminal("{\n  \"a\": \"\\u001b[31m é 世 \"\n}\n") ==
        "{\n  \"a\": \"\\u001b[31m é 世 \"\n}\n");
  CHECK(json_for_terminal("\"\x7F\"") == "\"\\u007f\"");
  CHECK(json_for_terminal("\"\xC2\x80\xC2\x9B"
                          "31m\xC2\x9F\xC2\xA0\"") == "\"\\u0080\\u009b31m\\u009f\xC2\xA0\"");
  CHECK(json_for_terminal("\"\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xAD\xE2\x80\xAE\"") ==
        "\"\\u202a\\u202b\\u202c\\u202d\\u202e\"");
  CHECK(json_for_terminal("\"\xE2\x81\xA6\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9\"") ==
        "\"\\u2066\\u2067\\u2068\\u2069\"");
  CHECK(json_for_terminal("\"\xE2\x80\xA9\xE2\x80\xAF\"") == "\"\xE2\x80\xA9\xE2\x80\xAF\"");
  CHECK(json_for_terminal("") == "");
}

TEST_CASE("the marks around a paste are no part of it, wherever they are") {
  CHECK(without_paste_marks("\x1b[200~text\x1b[201~") == "text");
  CHECK(without_paste_marks("\x1b[200~text") == "text"); // its end came after the line end
  CHECK(without_paste_marks("\x1b[201~") == "");
  CHECK(without_paste_marks("\x1b[200~a\x1b[201~\x1b[200~b\x1b[201~") == "ab");
  CHECK(without_paste_marks("[200~text") == "[200~text");
}
