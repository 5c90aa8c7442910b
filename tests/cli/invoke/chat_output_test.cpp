#include "cli/invoke/chat_output.hpp"
#include "fakes/terminal.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

using namespace chutes;
using namespace chutes::cli;

TEST_CASE(
    "in a pipe the text is printed byte for byte, and its last line is ended unless it shall be exact") {
  for (const bool exact : {false, true}) {
    fakes::RecordingTerminal terminal;
    ChatOutput output{terminal, {.exact = exact}};
    output.text("a\x1b[31");
    CHECK(terminal.output == "a\x1b[31");
    output.text("mb\r");
    output.text("");
    output.end();
    output.end();
    CHECK(terminal.output == (exact ? "a\x1b[31mb\r" : "a\x1b[31mb\r\n"));
  }
}

TEST_CASE("in a pipe a text gets a line end, and only one, and no text none") {
  const std::pair<std::vector<const char*>, const char*> rows[] = {{{"Hi"}, "Hi\n"},
                                                                   {{"Hi\n"}, "Hi\n"},
                                                                   {{"Hi", "\n"}, "Hi\n"},
                                                                   {{"Hi\n", "you"}, "Hi\nyou\n"},
                                                                   {{"Hi\n\n"}, "Hi\n\n"},
                                                                   {{"Hi\r\n"}, "Hi\r\n"},
                                                                   {{" "}, " \n"},
                                                                   {{}, ""},
                                                                   {{""}, ""}};
  for (const bool raw : {false, true})
    for (const auto& [pieces, printed] : rows) {
      fakes::RecordingTerminal terminal;
      ChatOutput output{terminal, {.raw = raw}};
      for (const char* piece : pieces)
        output.text(piece);
      output.end();
      CHECK(terminal.output == printed);
    }
}

TEST_CASE("what is exact for programs still leaves a terminal's next line to the next message") {
  fakes::RecordingTerminal terminal;
  terminal.output_tty = true;
  ChatOutput output{terminal, {.exact = true}};
  output.text("Hi");
  output.end();
  CHECK(terminal.output == "Hi\n");
}

TEST_CASE("on a terminal the text is harmless and ends its line") {
  fakes::RecordingTerminal terminal;
  terminal.output_tty = true;
  ChatOutput output{terminal, {}};
  output.text("a\x1b[31");
  output.text("mb \xF0\x9F");
  CHECK(terminal.output == "ab ");
  output.text("\x98\x80");
  CHECK(terminal.output == "ab 😀");
  output.end();
  CHECK(terminal.output == "ab 😀\n");
}

TEST_CASE("a line that the model ended is not ended again, and no text is no line") {
  for (const char* text : {"", "done\n"}) {
    fakes::RecordingTerminal terminal;
    terminal.output_tty = true;
    ChatOutput output{terminal, {}};
    output.text(text);
    output.end();
    CHECK(terminal.output == text);
  }
}

TEST_CASE("--raw lets everything through to a terminal") {
  fakes::RecordingTerminal terminal;
  terminal.output_tty = true;
  ChatOutput output{terminal, {.raw = true}};
  output.text("a\x1b[31mb");
  output.end();
  CHECK(terminal.output == "a\x1b[31mb\n");
}

TEST_CASE("reasoning goes to standard error in whole lines, when it is asked for") {
  fakes::RecordingTerminal terminal;
  ChatOutput output{terminal, {.show_reasoning = true}};
  output.reasoning("Hm,\nye");
  CHECK(terminal.errors == "Hm,\n");
  output.reasoning("s\x1b[2J.");
  output.text("Yes");
  CHECK(terminal.errors == "Hm,\nyes.\n");
  CHECK(terminal.output == "Yes");
  fakes::RecordingTerminal silent;
  ChatOutput hidden{silent, {}};
  hidden.reasoning("Hm\n");
  hidden.end();
  CHECK(silent.errors.empty());
}

TEST_CASE("reasoning is dimmed where there is colour") {
  fakes::RecordingTerminal terminal;
  ChatOutput output{terminal, {.show_reasoning = true, .colour = true}};
  output.reasoning("Hm");
  output.end();
  CHECK(terminal.errors == "\x1b[2mHm\x1b[0m\n");
}
