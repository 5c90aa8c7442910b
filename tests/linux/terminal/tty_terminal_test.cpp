// Standard input, output and error with the things they may be connected to: pipes, files, terminals,
// nothing.
#include "linux/child.hpp"
#include "linux/process/file_descriptor.hpp"
#include "linux/process/process_hygiene.hpp"
#include "linux/terminal/tty_terminal.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <fcntl.h>
#include <functional>
#include <map>
#include <sys/socket.h>
#include <unistd.h>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

using Deed = std::function<std::string(TtyTerminal&)>;

using Variables = std::map<std::string, std::string>;

// A child that does something with a terminal object over the given streams.
std::function<std::string()> with_terminal(const Deed& deed, const Variables& variables = {}) {
  return [deed, variables] {
    SignalWatch signals;
    TtyTerminal terminal{Environment{variables}, signals};
    return deed(terminal);
  };
}

std::string result_over(const Streams& streams, const Deed& deed, const Variables& variables = {}) {
  return Child{with_terminal(deed, variables), streams}.result();
}

Deed printing(const std::string& text) {
  return [text](TtyTerminal& terminal) {
    terminal.print(text);
    return std::string{"printed"};
  };
}

FileDescriptor device(const char* path) {
  return FileDescriptor{::open(path, O_RDWR | O_CLOEXEC)};
}

} // namespace

TEST_CASE("what is printed reaches standard output unchanged, and more than a pipe holds too") {
  std::string text{"a\0b\r\n\x1b[0m\xff", 10};
  text.append(300'000, 'x');
  SUBCASE("on a pipe that waits") {
    auto pipe = make_pipe();
    Child child{with_terminal(printing(text)), {-1, pipe.theirs, -1}};
    pipe.close_theirs();
    CHECK(pipe.read() == text);
    CHECK(child.result() == "printed");
  }
  SUBCASE("on a pipe that does not wait") {
    auto pipe = make_pipe();
    REQUIRE(::fcntl(pipe.theirs, F_SETFL, O_NONBLOCK) == 0);
    Child child{with_terminal(printing(text)), {-1, pipe.theirs, -1}};
    pipe.close_theirs();
    CHECK(pipe.read() == text);
    CHECK(child.result() == "printed");
  }
}

TEST_CASE("a reader who has gone away ends the command quietly") {
  auto pipe = make_pipe();
  pipe.close_ours();
  CHECK(result_over({-1, pipe.theirs, -1}, printing("text")).starts_with("reader_gone: "));
}

TEST_CASE("a full disk is an error that says so") {
  const auto said = result_over({-1, device("/dev/full").get(), -1}, printing("text"));
  CHECK(said.starts_with("internal: "));
  CHECK(said.ends_with(": No space left on device"));
}

TEST_CASE("a signal ends the wait for a reader who does not read") {
  auto pipe = make_pipe();
  REQUIRE(::fcntl(pipe.theirs, F_SETFL, O_NONBLOCK) == 0);
  Child child{with_terminal(printing(std::string(300'000, 'x'))), {-1, pipe.theirs, -1}};
  CHECK_FALSE(pipe.read("x").empty());
  child.signal(SIGINT);
  CHECK(child.result().starts_with("interrupted: "));
}

TEST_CASE("notices are lines on standard error") {
  auto output = make_pipe();
  auto error = make_pipe();
  CHECK(result_over({-1, output.theirs, error.theirs}, [](TtyTerminal& terminal) {
          terminal.notice("first");
          terminal.notice("");
          terminal.print("result");
          terminal.notice("last");
          return std::string{};
        }) == "");
  output.close_theirs();
  error.close_theirs();
  CHECK(output.read() == "result");
  CHECK(error.read() == "first\n\nlast\n");
}

TEST_CASE("notices that cannot be written are dropped") {
  const Deed noticing = [](TtyTerminal& terminal) {
    terminal.notice("unheard");
    terminal.progress("unheard");
    return std::string{"went on"};
  };
  CHECK(result_over({-1, -1, device("/dev/full").get()}, noticing) == "went on");
  auto pipe = make_pipe();
  pipe.close_ours();
  CHECK(result_over({-1, -1, pipe.theirs}, noticing) == "went on");
}

TEST_CASE(
    "a line of progress is replaced by the next, taken away before anything else is said, and at the end") {
  const auto terminal = make_terminal();
  CHECK(result_over({-1, terminal.theirs, terminal.theirs}, [](TtyTerminal& to) {
          to.progress("one");
          to.progress("two");
          to.notice("notice");
          to.progress("three");
          to.print("result");
          to.progress("four");
          to.progress("");
          to.progress("five");
          return std::string{};
        }) == "");
  const std::string away = "\r\x1b[2K";
  CHECK(terminal.read("five" + away) ==
        "one" + away + "two" + away + "notice\nthree" + away + "result" + "four" + away + "five" + away);
}

TEST_CASE(
    "with TERM=dumb the cursor is not moved: the first line of each wait stays, the others are not shown") {
  const auto terminal = make_terminal();
  CHECK(result_over({-1, terminal.theirs, terminal.theirs},
                    [](TtyTerminal& to) {
                      to.progress("5 minutes left");
                      to.progress("4 minutes left");
                      to.notice("notice");
                      to.progress("3 minutes left");
                      to.progress("");
                      to.progress("next");
                      to.print("result\n");
                      return std::string{};
                    },
                    {{"TERM", "dumb"}}) == "");
  CHECK(terminal.read("result\n") == "5 minutes left\nnotice\n3 minutes left\nnext\nresult\n");
}

TEST_CASE("security 55: on a terminal nothing that is printed, said, or asked controls it") {
  const std::string hostile = "a\x1b[31mb\x1b]0;t\ac\xC2\x9B"
                              "1md\xE2\x80\xAE"
                              "e\x7F\rf";
  const auto terminal = make_terminal();
  CHECK(result_over({-1, terminal.theirs, terminal.theirs}, [&](TtyTerminal& to) {
          to.print(hostile + "\n");
          to.print("\x1b[3");
          to.print("1mg\n"); // in pieces
          to.notice(hostile + "\nforged");
          to.progress(hostile + "\nforged");
          to.notice(StyledText{}.add(Style::bold, hostile));
          to.print_json("\"\xC2\x9B\"\n");
          to.print_unfiltered("\x1b[0m");
          return std::string{};
        }) == "");
  CHECK(terminal.read("\\u009b\"\n\x1b[0m") == "abcdef\ng\nabcde f forged\nabcde f "
                                               "forged\r\x1b[2K\x1b[1mabcdef\x1b[0m\n\"\\u009b\"\n\x1b[0m");
}

TEST_CASE("there is no progress where standard error is no terminal") {
  auto error = make_pipe();
  const auto terminal = make_terminal();
  CHECK(result_over({-1, terminal.theirs, error.theirs}, [](TtyTerminal& to) {
          to.progress("unseen");
          return std::string{};
        }) == "");
  error.close_theirs();
  CHECK(error.read().empty());
}

TEST_CASE("a line of progress is cut to the terminal's width, between characters") {
  const auto terminal = make_terminal(10);
  const auto shown = [&](const std::string& line) {
    CHECK(result_over({terminal.theirs, terminal.theirs, terminal.theirs}, [&](TtyTerminal& to) {
            to.progress(line);
            return std::string{};
          }) == "");
    const std::string away = "\r\x1b[2K";
    auto text = terminal.read(away);
    return text.substr(0, text.size() - away.size());
  };
  CHECK(shown("0123456789") == "012345678");
  CHECK(shown("Wärten… bitte sehr") == "Wärten… b");
  CHECK(shown("ääääääääääää") == "äääääääää");
}

TEST_CASE("the width is the terminal's, and eighty columns without one") {
  const auto width = [](TtyTerminal& terminal) { return std::to_string(terminal.width()); };
  const auto narrow = make_terminal(33);
  const auto pipe = make_pipe();
  CHECK(result_over({-1, narrow.theirs, pipe.theirs}, width) == "33");
  CHECK(result_over({-1, pipe.theirs, narrow.theirs}, width) == "33");
  CHECK(result_over({-1, pipe.theirs, pipe.theirs}, width) == "80");
  const auto unsized = make_terminal(0);
  CHECK(result_over({-1, unsized.theirs, unsized.theirs}, width) == "80");
}

TEST_CASE("terminals, pipes and files are distinguished") {
  const auto kinds = [](TtyTerminal& terminal) {
    std::string text;
    text += terminal.input_is_terminal() ? "terminal " : "";
    text += terminal.input_is_pipe_or_file() ? "data " : "";
    text += terminal.output_is_terminal() ? "output " : "";
    text += terminal.error_is_terminal() ? "error" : "";
    return text;
  };
  const auto tty = make_terminal();
  const auto pipe = make_pipe();
  const TemporaryFolder folder;
  const FileDescriptor file{::open((folder / "input").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  const auto null = device("/dev/null");
  int pair[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
  const FileDescriptor one{pair[0]}, other{pair[1]};
  CHECK(result_over({tty.theirs, tty.theirs, tty.theirs}, kinds) == "terminal output error");
  CHECK(result_over({pipe.ours, pipe.theirs, pipe.theirs}, kinds) == "data ");
  CHECK(result_over({file.get(), tty.theirs, pipe.theirs}, kinds) == "data output ");
  CHECK(result_over({one.get(), pipe.theirs, tty.theirs}, kinds) == "data error");
  CHECK(result_over({null.get(), null.get(), null.get()}, kinds) == "");
  CHECK(Child{[&] {
                ::close(STDIN_FILENO);
                harden_process(); // as main does first
                return with_terminal(kinds)();
              },
              {-1, pipe.theirs, pipe.theirs}}
            .result() == "");
}

TEST_CASE("all of standard input is read, up to the limit and not beyond") {
  const auto read_at_most = [](std::size_t limit) {
    return [limit](TtyTerminal& terminal) { return terminal.read_all_input(limit); };
  };
  const auto piped = [&](const std::string& text, std::size_t limit) {
    auto pipe = make_pipe();
    REQUIRE(::write(pipe.theirs, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    pipe.close_theirs();
    return result_over({pipe.ours, -1, -1}, read_at_most(limit));
  };
  CHECK(piped("", 10) == "");
  CHECK(piped(std::string{"a\0\n", 3}, 10) == std::string{"a\0\n", 3});
  CHECK(piped("0123456789", 10) == "0123456789");
  CHECK(piped("0123456789a", 10) == "usage: standard input holds more than 10 bytes");
  CHECK(result_over({device("/dev/zero").get(), -1, -1}, read_at_most(1'000'000)) ==
        "usage: standard input holds more than 1000000 bytes");
  CHECK(result_over({device("/dev/null").get(), -1, -1}, read_at_most(10)) == "");
  const FileDescriptor folder{::open("/", O_RDONLY | O_CLOEXEC)};
  CHECK(result_over({folder.get(), -1, -1}, read_at_most(10)) ==
        "usage: could not read standard input: Is a directory");
}

TEST_CASE("a long wait for input is explained, and a signal ends it") {
  const Deed reading = [](TtyTerminal& terminal) { return terminal.read_all_input(100); };
  auto input = make_pipe();
  auto error = make_pipe();
  Child child{with_terminal(reading), {input.ours, -1, error.theirs}};
  CHECK(error.read("\n") == "Waiting for standard input to end…\n");
  SUBCASE("input that comes late is read still") {
    REQUIRE(::write(input.theirs, "late", 4) == 4);
    input.close_theirs();
    CHECK(child.result() == "late");
  }
  SUBCASE("a signal") {
    child.signal(SIGTERM);
    CHECK(child.result().starts_with("terminated: "));
  }
}
