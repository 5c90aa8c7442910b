// The browser, played by programs of the test's own that write down how they were started.
#include "linux/child.hpp"
#include "linux/process/file_descriptor.hpp"
#include "linux/process/process_hygiene.hpp"
#include "linux/terminal/desktop_browser.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

namespace fs = std::filesystem;

const std::string address = "http://127.0.0.1:8000/authorize?a=b&state=$(id);'x'%20%s";

struct Fixture {
  Fixture() {
    REQUIRE(::mkfifo((folder / "diary").c_str(), 0600) == 0);
    diary.ours = ::open((folder / "diary").c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(diary.ours >= 0);
  }

  TemporaryFolder folder;
  Channel diary;
  SignalWatch signals;

  // A program that runs these shell commands.
  std::string program(const std::string& name, const std::string& commands) {
    const auto path = folder / name;
    std::ofstream{path} << "#!/bin/sh\n" << commands << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }
  // A program that writes its name and its arguments, one a line, into the diary and succeeds.
  std::string witness(const std::string& name) {
    return program(name, "{ printf '%s\\n' '" + name + "' \"$@\"; echo end; } >" + folder / "diary");
  }
  [[nodiscard]] std::string witnessed() const { return diary.read("end\n"); }

  bool opened(std::map<std::string, std::string> variables, const std::string& url = address) {
    variables.try_emplace("PATH", folder.path() + ":/usr/bin:/bin");
    const Environment environment{std::move(variables)};
    DesktopBrowser browser{environment, signals};
    return browser.open(Url::parse(url).value());
  }
  bool available(const std::map<std::string, std::string>& variables) {
    const Environment environment{variables};
    return DesktopBrowser{environment, signals}.available();
  }
};

bool has_children() {
  return !(::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD);
}

} // namespace

TEST_CASE_FIXTURE(Fixture,
                  "the address is one argument, in place of %s or at the end, and no shell reads it") {
  const auto witness_path = witness("witness");
  const auto written = Url::parse(address).value().text();
  CHECK(opened({{"BROWSER", witness_path}}));
  CHECK(witnessed() == "witness\n" + written + "\nend\n");
  CHECK(opened({{"BROWSER", "witness --new-window"}}));
  CHECK(witnessed() == "witness\n--new-window\n" + written + "\nend\n");
  CHECK(opened({{"BROWSER", "witness --url=%s  -x %s; $HOME `id`"}}));
  CHECK(witnessed() == "witness\n--url=" + written + "\n-x\n" + written + ";\n$HOME\n`id`\nend\n");
}

TEST_CASE_FIXTURE(Fixture,
                  "BROWSER is read as a shell reads it: quotes, backslashes, and a path with blanks") {
  const auto written = Url::parse(address).value().text();
  fs::create_directory(folder / "My Browsers");
  witness("My Browsers/witness");
  const auto path = folder / "My Browsers/witness";
  for (const std::string& value :
       {"'" + path + "' -P 'a b'", "\"" + path + "\" -P \"a b\" %s",
        folder / "My\\ Browsers/witness" + " -P a\\ b", "missing -x:'" + path + "' -P 'a b'"}) {
    CAPTURE(value);
    CHECK(opened({{"BROWSER", value}}));
    CHECK(witnessed() == "My Browsers/witness\n-P\na b\n" + written + "\nend\n");
  }
  CHECK(opened({{"BROWSER", path}})); // no words of a shell, but all of it is a program
  CHECK(witnessed() == "My Browsers/witness\n" + written + "\nend\n");
  CHECK_FALSE(opened({{"BROWSER", "'" + path}}));
}

TEST_CASE_FIXTURE(
    Fixture, "the next browser is tried when one is missing, cannot run, fails at once or dies at once") {
  witness("witness");
  program("dying", "kill -9 $$");
  std::ofstream{folder / "broken"} << "#!/no/such/interpreter\n";
  fs::permissions(folder / "broken", fs::perms::owner_all);
  fs::create_directory(folder / "directory");
  for (const std::string first :
       {"false", "dying", "broken", "missing", "/no/such/program", "directory", ""}) {
    CAPTURE(first);
    CHECK(opened({{"BROWSER", first + ":witness:false"}}));
    CHECK(witnessed() == "witness\n" + Url::parse(address).value().text() + "\nend\n");
  }
  CHECK_FALSE(opened({{"BROWSER", "false:dying:broken"}}));
  CHECK_FALSE(has_children());
}

TEST_CASE_FIXTURE(Fixture,
                  "the desktop's openers come after $BROWSER, and only where there is a display or Windows") {
  for (const char* name : {"xdg-open", "x-www-browser", "wslview"})
    witness(name);
  const auto opened_by = [&](const std::map<std::string, std::string>& variables) {
    auto with_path = variables;
    with_path["PATH"] = folder.path();
    if (!opened(with_path))
      return std::string{"nobody"};
    const auto said = witnessed();
    return said.substr(0, said.find('\n'));
  };
  CHECK(opened_by({}) == "nobody");
  CHECK(opened_by({{"DISPLAY", ":0"}}) == "xdg-open");
  CHECK(opened_by({{"WAYLAND_DISPLAY", "wayland-0"}}) == "xdg-open");
  CHECK(opened_by({{"WSL_DISTRO_NAME", "Debian"}}) == "wslview");
  CHECK(opened_by({{"DISPLAY", ":0"}, {"BROWSER", "x-www-browser"}}) == "x-www-browser");
  CHECK(opened_by({{"DISPLAY", ":0"}, {"BROWSER", "/bin/false"}}) == "xdg-open");
  program("xdg-open", "exit 3");
  CHECK(opened_by({{"DISPLAY", ":0"}}) == "x-www-browser");
}

TEST_CASE_FIXTURE(Fixture, "whether there is a browser to try is known without starting one") {
  witness("xdg-open");
  std::ofstream{folder / "plain"} << "no program";
  CHECK_FALSE(available({{"PATH", folder.path()}}));
  CHECK_FALSE(available({{"PATH", folder.path()}, {"BROWSER", "missing:plain:" + folder.path()}}));
  CHECK(available({{"PATH", folder.path()}, {"BROWSER", "missing:xdg-open"}}));
  CHECK(available({{"PATH", folder.path()}, {"DISPLAY", ":0"}}));
  CHECK_FALSE(available({{"PATH", "/no/such/folder"}, {"DISPLAY", ":0"}}));
  CHECK_FALSE(has_children());
}

TEST_CASE_FIXTURE(Fixture, "plain http to another machine is not opened") {
  witness("witness");
  CHECK_FALSE(opened({{"BROWSER", "witness"}}, "http://idp.test/authorize"));
  CHECK(opened({{"BROWSER", "witness"}}, "https://idp.test/authorize"));
  CHECK(witnessed() == "witness\nhttps://idp.test/authorize\nend\n");
}

TEST_CASE_FIXTURE(Fixture,
                  "security 52: the browser's environment is what a browser needs, and nothing else") {
  program("environment", "{ /usr/bin/env | /usr/bin/sort; echo end; } >" + folder / "diary");
  const std::map<std::string, std::string> needed{{"BROWSER", folder / "environment"},
                                                  {"DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/bus"},
                                                  {"DISPLAY", ":0"},
                                                  {"HOME", "/home/ada"},
                                                  {"HTTPS_PROXY", "http://proxy:3128"},
                                                  {"LANG", "C.UTF-8"},
                                                  {"LC_TIME", "C"},
                                                  {"LOGNAME", "ada"},
                                                  {"PATH", "/usr/bin:/bin"},
                                                  {"USER", "ada"},
                                                  {"VSCODE_IPC_HOOK_CLI", "/run/x"},
                                                  {"WAYLAND_DISPLAY", "wayland-0"},
                                                  {"WSL_INTEROP", "/run/WSL"},
                                                  {"XAUTHORITY", "/run/xauth"},
                                                  {"XDG_CURRENT_DESKTOP", "KDE"},
                                                  {"XDG_RUNTIME_DIR", "/run/user/1000"},
                                                  {"no_proxy", "localhost"}};
  auto variables = needed;
  for (const char* name :
       {"CHUTES_ACCESS_TOKEN", "CHUTES_ISSUER", "OPENAI_API_KEY", "GITHUB_TOKEN", "npm_config_token",
        "MY_SECRET_THING", "PGPASSWORD", "CREDENTIALS_DIRECTORY", "AWS_ACCESS_KEY_ID", "DATABASE_URL",
        "HF_HOME", "KEY", "SSH_AUTH_SOCK", "SSH_ASKPASS", "LD_PRELOAD", "anything"})
    variables.emplace(name, "x");
  std::string expected;
  for (const auto& [name, value] : needed)
    expected += std::string{name}.append("=").append(value).append("\n");
  CHECK(opened(variables));
  auto said = witnessed();
  for (const char* own : {"PWD=", "SHLVL=", "_="}) // of the shell that is the browser here
    if (const auto at = said.find(std::string{"\n"}.append(own)); at != std::string::npos)
      said.erase(at, said.find('\n', at + 1) - at);
  CHECK(said == expected + "end\n");
}

TEST_CASE_FIXTURE(Fixture,
                  "the browser has neither our streams nor our files, terminal or handling of signals") {
  const FileDescriptor open_file{
      ::open((folder / "ours").c_str(), O_RDWR | O_CREAT, 0600)}; // not close-on-exec
  REQUIRE(::fcntl(open_file.get(), F_DUPFD, 100) >= 0);
  program("streams",
          "files=$(for each in /proc/$$/fd/*; do readlink $each; done)\n"
          "{ for stream in 0 1 2; do readlink /proc/$$/fd/$stream; done <&-\n"
          "cut -d' ' -f6 /proc/$$/stat; grep SigIgn /proc/$$/status; echo \"$files\"; echo end; } >" +
              folder / "diary");
  CHECK(opened({{"BROWSER", "streams"}}));
  const auto said = witnessed();
  CHECK(said.find(folder / "ours") == std::string::npos);
  CHECK(said.find("SigIgn:\t0000000000000000\n") != std::string::npos);
  CHECK(said.find("\n" + std::to_string(::getsid(0)) + "\n") == std::string::npos);
  std::size_t nothing = 0;
  for (auto at = said.rfind("SigIgn"); (at = said.find("/dev/null\n", at)) != std::string::npos; ++at)
    ++nothing;
  CHECK(nothing == 3);
}

TEST_CASE_FIXTURE(Fixture,
                  "a browser that stays in the foreground counts as started, and is not ours to bury") {
  program("staying", "read order <" + folder / "order" + "\n{ echo ended; echo end; } >" + folder / "diary");
  REQUIRE(::mkfifo((folder / "order").c_str(), 0600) == 0);
  const auto began = std::chrono::steady_clock::now();
  CHECK(opened({{"BROWSER", "staying"}}));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{3});
  CHECK_FALSE(has_children());
  std::ofstream{folder / "order"} << "end\n"; // it runs still, or this would wait for ever
  CHECK(witnessed() == "ended\nend\n");
  CHECK_FALSE(has_children());
}

TEST_CASE_FIXTURE(Fixture, "a signal ends the wait for the browser") {
  program("staying", "exec sleep 2");
  ::raise(SIGINT);
  CHECK(failure_of([&] {
          static_cast<void>(opened({{"BROWSER", "staying"}}));
        }).starts_with("interrupted: "));
  CHECK_FALSE(has_children());
}

TEST_CASE_FIXTURE(Fixture, "the browser's files have the modes of the user's mask, not ours") {
  program("mask", "{ umask; echo end; } >" + folder / "diary");
  Child child{[&] {
    ::umask(027);
    harden_process();
    return std::to_string(opened({{"BROWSER", folder / "mask"}}));
  }};
  CHECK(witnessed() == "0027\nend\n");
  CHECK(child.result() == "1");
}
