// Manual pages from the table of commands.
#include "documents/manual.hpp"
#include "documents/mdoc.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::documents;

namespace {

// Two groups of commands without prose.
std::vector<cli::CommandEntry> example_table() {
  cli::CommandEntry program;
  program.options.push_back(
      {{"-q", "--quiet"}, "", false, false, cli::Completion::nothing, {}, "No notices"});
  cli::CommandEntry dig;
  dig.name = "field dig";
  dig.group = "Working the land";
  dig.purpose = "Turn the soil over";
  dig.footer = "Worms stay where they are.\n\nExamples:\n  chutes-login field dig --deep 2 'my field'\n";
  dig.options.push_back({{"--deep"}, "N", false, false, cli::Completion::nothing, {}, "How deep. In spades"});
  dig.arguments.push_back({"FIELD", true, cli::Completion::nothing, {}, "Which"});
  cli::CommandEntry sow = dig;
  sow.name = "sow";
  sow.group = "Invoking";
  return {program, dig, sow};
}

std::string no_prose(const std::string&) {
  return "";
}

} // namespace

TEST_CASE("text cannot be taken for macros or troff's own characters, and each sentence has its line") {
  CHECK(mdoc_text(".Sh it's --a \\n. Next") == "\\&.Sh it\\(aqs \\-\\-a \\en.\nNext");
  CHECK(mdoc_literal("'$x' ~ a. B") == "\\(aq$x\\(aq \\(ti a. B");
  CHECK(mdoc_arguments("Op NAME") == "\\&Op \\&NAME");
}

TEST_CASE("a footer's paragraphs are filled, and what is indented stays as it is") {
  CHECK(mdoc_footer("One.\nTwo.\n\nExamples:\n  a  b\n  c\n") ==
        ".Pp\nOne.\nTwo.\n.Pp\nExamples:\n"
        ".Bd -literal -offset indent\na  b\nc\n.Ed\n");
  CHECK(mdoc_footer("").empty());
}

TEST_CASE("a command without prose has a complete section, in a page named after its group") {
  CHECK(page_name("Invoking") == "chutes-login-invoke");
  CHECK(page_name("Working the land") == "chutes-login-working-the-land");
  const auto page = group_page("Working the land", example_table(), no_prose, "November 25, 2026");
  CHECK(page.starts_with(".Dd November 25, 2026\n.Dt CHUTES-LOGIN-WORKING-THE-LAND 1\n"));
  for (const char* part :
       {".Nd working the land with chutes\\-login\n",
        ".Nm chutes-login \\&field \\&dig\n.Op Fl \\-deep Ar \\&N\n.Op Ar \\&FIELD ...\n",
        ".Ss \\&field \\&dig\nTurn the soil over.\n", ".It Ar \\&FIELD\nWhich.\n",
        ".It Fl \\-deep Ar \\&N\nHow deep.\nIn spades.\n", "Worms stay where they are.\n",
        "chutes\\-login field dig \\-\\-deep 2 \\(aqmy field\\(aq\n", ".Xr chutes-login-invoke 1 ,\n"})
    CHECK_MESSAGE(page.find(part) != std::string::npos, part);
  CHECK(page.find("sow") == std::string::npos);
}

TEST_CASE("prose stands between a command's purpose and its options") {
  const auto page = group_page(
      "Invoking", example_table(), [](const std::string& command) { return "About " + command + ".\n"; },
      "today");
  CHECK(page.find("Turn the soil over.\n.Pp\nAbout sow.\n.Bl") != std::string::npos);
}

TEST_CASE("groups of options have headings, a single group has none") {
  auto table = example_table();
  table[1].options.front().group = "Depth";
  CHECK(group_page("Working the land", table, no_prose, "today").find(".Sy") == std::string::npos);
  table[1].options.push_back(
      {{"--by"}, "TOOL", false, false, cli::Completion::nothing, {}, "With what", "Tools"});
  CHECK(
      group_page("Working the land", table, no_prose, "today")
          .find(".Pp\n.Sy \\&Depth\n.Bl -tag -width Ds\n.It Fl \\-deep Ar \\&N\nHow deep.\nIn spades.\n.El\n"
                ".Pp\n.Sy \\&Tools\n.Bl -tag -width Ds\n.It Fl \\-by Ar \\&TOOL\nWith what.\n.El\n") !=
      std::string::npos);
}

TEST_CASE("the program's own page has every mark of its frame filled in") {
  const auto page =
      main_page(".Dd @DATE@\n@COMMANDS@\n@OPTIONS@\n@ENVIRONMENT@\n@FILES@\n@EXIT_STATUS@\n@PAGES@\n",
                example_table(), "today");
  CHECK(page.find('@') == std::string::npos);
  for (const char* part :
       {".Dd today\n", ".It Cm \\&field \\&dig\n", ".It Fl q , Fl \\-quiet\nNo notices.\n",
        "CHUTES_ACCESS_TOKEN", "config.toml", ".It Li \\&130\n", ".Xr chutes-login-invoke 1 ,\n"})
    CHECK_MESSAGE(page.find(part) != std::string::npos, part);
}
