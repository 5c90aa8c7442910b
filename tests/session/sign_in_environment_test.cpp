#include "session/sign_in_environment.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace chutes;
using namespace chutes::session;

namespace {

using Variables = std::map<std::string, std::string>;

std::string verdict(const Variables& variables, MachineFacts machine = {}, bool available = true) {
  const auto judged = assess_sign_in_environment(Environment{variables}, machine, available);
  return std::string{name_of(judged.place)} + (judged.start_browser ? ", start it: " : ", print it: ") +
         judged.because;
}

std::string obstacle(const Variables& variables, bool available) {
  return assess_sign_in_environment(Environment{variables}, {}, available).obstacle;
}

} // namespace

TEST_CASE("where the browser is, by what the environment says: a table") {
  const Variables ssh{{"SSH_CONNECTION", "10.0.0.2 50000 10.0.0.1 22"}};
  CHECK(verdict({{"DISPLAY", ":0"}}) == "desktop, start it: DISPLAY is set");
  CHECK(verdict({{"WAYLAND_DISPLAY", "wayland-0"}, {"DISPLAY", ":0"}}) ==
        "desktop, start it: WAYLAND_DISPLAY is set");
  CHECK(verdict({{"BROWSER", "my-opener"}}) == "desktop, start it: BROWSER is set");
  CHECK(verdict({}) == "no_display, print it: neither WAYLAND_DISPLAY nor DISPLAY nor BROWSER is set");
  CHECK(verdict(ssh) == "remote, print it: SSH_CONNECTION is set");
  CHECK(verdict({{"SSH_TTY", "/dev/pts/3"}}) == "remote, print it: SSH_TTY is set");
  CHECK(verdict({{"SSH_TTY", "/dev/pts/3"}, {"DISPLAY", "localhost:10.0"}}) ==
        "remote, start it: SSH_TTY is set"); // a forwarded display
  CHECK(verdict({{"SSH_TTY", "/dev/pts/3"}, {"BROWSER", "my-opener"}}) == "remote, start it: SSH_TTY is set");
  CHECK(verdict(
            {{"VSCODE_IPC_HOOK_CLI", "/run/x"}, {"BROWSER", "/srv/browser.sh"}, {"SSH_TTY", "/dev/pts/3"}}) ==
        "editor, start it: VSCODE_IPC_HOOK_CLI is set");
  CHECK(verdict({{"CODESPACES", "true"}}) == "editor, print it: CODESPACES is set");
  CHECK(verdict({{"WSL_DISTRO_NAME", "Debian"}}) == "windows, start it: WSL_DISTRO_NAME is set");
  CHECK(verdict({}, {.windows_kernel = true}) == "windows, start it: the kernel is from Windows");
  CHECK(verdict({}, {.container = true}) == "container, print it: this is a container");
  CHECK(verdict({{"container", "podman"}}) == "container, print it: this is a container");
  CHECK(verdict({{"DISPLAY", ":0"}}, {.container = true}) ==
        "desktop, start it: DISPLAY is set"); // passed in
}

TEST_CASE("a browser for terminals is not started: it would want ours") {
  const std::string told = "text_browser, print it: BROWSER names a browser that needs the terminal";
  CHECK(verdict({{"BROWSER", "lynx"}}) == told);
  CHECK(verdict({{"BROWSER", "/usr/bin/w3m -s"}, {"DISPLAY", ":0"}}) == told);
  CHECK(verdict({{"BROWSER", "w3m:links2"}}) == told);
  CHECK(verdict({{"BROWSER", "w3m:firefox"}}) == "desktop, start it: BROWSER is set");
}

TEST_CASE("where there is no program to start, none is tried") {
  CHECK(verdict({{"DISPLAY", ":0"}}, {}, false) == "desktop, print it: DISPLAY is set");
  CHECK(verdict({{"WSL_DISTRO_NAME", "Debian"}}, {}, false) == "windows, print it: WSL_DISTRO_NAME is set");
}

TEST_CASE("why no browser is started is the true reason: a table") {
  CHECK(obstacle({{"DISPLAY", ":0"}}, true) == "");
  CHECK(obstacle({{"BROWSER", "my-opener"}}, true) == "");
  CHECK(obstacle({{"DISPLAY", ":0"}}, false) ==
        "no program that opens a browser is installed, such as xdg-open");
  CHECK(obstacle({{"WSL_DISTRO_NAME", "Debian"}}, false) ==
        "no program that opens a browser is installed, such as xdg-open");
  CHECK(obstacle({{"BROWSER", "my-opener"}}, false) == "BROWSER names no program that can be run");
  CHECK(obstacle({{"BROWSER", "my-opener"}, {"DISPLAY", ":0"}}, false) ==
        "BROWSER names no program that can be run");
  CHECK(obstacle({{"BROWSER", "my-opener"}, {"SSH_TTY", "/dev/pts/3"}}, false) ==
        "BROWSER names no program that can be run");
  CHECK(obstacle({{"BROWSER", "my-opener"}, {"CODESPACES", "true"}}, false) ==
        "BROWSER names no program that can be run");
  CHECK(obstacle({{"CODESPACES", "true"}}, true) == "CODESPACES is set");
  CHECK(obstacle({{"SSH_TTY", "/dev/pts/3"}}, true) == "SSH_TTY is set");
  CHECK(obstacle({{"BROWSER", "'/usr/bin/w3m' -s"}}, true) ==
        "BROWSER names a browser that needs the terminal");
  CHECK(obstacle({{"container", "podman"}}, true) == "this is a container");
  CHECK(obstacle({}, true) == "neither WAYLAND_DISPLAY nor DISPLAY nor BROWSER is set");
}

TEST_CASE("a remote shell knows the command that forwards the port from the machine in front of the person") {
  const auto command = [](const Variables& variables) {
    return forwarding_command(Environment{variables}, 28417).value_or("(none)");
  };
  CHECK(command({{"SSH_CONNECTION", "10.0.0.2 50000 192.0.2.7 22"}, {"USER", "ada"}}) ==
        "ssh -N -L 28417:127.0.0.1:28417 ada@192.0.2.7");
  CHECK(command({{"SSH_CONNECTION", "10.0.0.2 50000 192.0.2.7 2222"}, {"LOGNAME", "ada"}}) ==
        "ssh -N -L 28417:127.0.0.1:28417 -p 2222 ada@192.0.2.7");
  CHECK(command({{"SSH_CONNECTION", "2001:db8::2 50000 2001:db8::1 22"}}) ==
        "ssh -N -L 28417:127.0.0.1:28417 2001:db8::1");
  CHECK(command({}) == "(none)");
  CHECK(command({{"SSH_TTY", "/dev/pts/1"}}) == "(none)");
}

TEST_CASE("nobody can smuggle words into the command that a person copies") {
  const auto command = [](const std::string& connection, const std::string& user) {
    return forwarding_command(Environment{{{"SSH_CONNECTION", connection}, {"USER", user}}}, 1)
        .value_or("(none)");
  };
  CHECK(command("a 1 $(reboot) 22", "ada") == "(none)");
  CHECK(command("a 1 -oProxyCommand=x 22", "ada") == "(none)");
  CHECK(command("a 1 host 22 more", "ada") == "(none)");
  CHECK(command("a 1 host 22", "-oProxyCommand=x") == "ssh -N -L 1:127.0.0.1:1 host");
  CHECK(command("a 1 host 22", "x;reboot") == "ssh -N -L 1:127.0.0.1:1 host");
}
