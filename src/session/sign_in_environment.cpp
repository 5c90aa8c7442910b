#include "session/sign_in_environment.hpp"

#include "base/ascii.hpp"
#include "base/shell_word.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace chutes::session {
namespace {

constexpr std::array<std::string_view, 8> text_browsers{"lynx",   "w3m",    "links",       "links2",
                                                        "elinks", "browsh", "www-browser", "chawan"};

std::string_view program_of(const std::vector<std::string>& command) {
  const std::string_view path{command.front()};
  return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

// Whether every entry of $BROWSER is a program for terminals.
bool only_text_browsers(const std::string& browser) {
  const auto entries = split_command_lines(browser, ':');
  return !entries.empty() && std::all_of(entries.begin(), entries.end(), [](const auto& entry) {
    return std::find(text_browsers.begin(), text_browsers.end(), program_of(entry)) != text_browsers.end();
  });
}

// The first of these variables that is set.
std::optional<std::string> first_set(const Environment& environment,
                                     std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (environment.find(name))
      return std::string{name} + " is set";
  return std::nullopt;
}

// Whether a word is safe in a command line that a person copies.
bool is_plain(const std::string& word) {
  return !word.empty() && word.front() != '-' && std::all_of(word.begin(), word.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == ':' || c == '_' || c == '-';
  });
}

// Why no browser is started in a place where one would be, if no program can be started.
std::string without_program(bool browser_is_set) {
  return browser_is_set ? "BROWSER names no program that can be run"
                        : "no program that opens a browser is installed, such as xdg-open";
}

// A place where a browser is started if there is a program for it.
SignInEnvironment with_browser(Place place, bool available, const std::string& because, bool browser_is_set) {
  return {place, available, because, available ? "" : without_program(browser_is_set)};
}

SignInEnvironment without_browser(Place place, const std::string& because) {
  return {place, false, because, because};
}

} // namespace

const char* name_of(Place place) {
  switch (place) {
  case Place::desktop:
    return "desktop";
  case Place::windows:
    return "windows";
  case Place::editor:
    return "editor";
  case Place::remote:
    return "remote";
  case Place::container:
    return "container";
  case Place::no_display:
    return "no_display";
  case Place::text_browser:
    return "text_browser";
  }
  return "";
}

SignInEnvironment assess_sign_in_environment(const Environment& environment, const MachineFacts& machine,
                                             bool browser_available) {
  const auto browser = environment.find("BROWSER");
  const auto display = first_set(environment, {"WAYLAND_DISPLAY", "DISPLAY"});
  const auto started_in = [&](Place place, const std::string& because) {
    return with_browser(place, browser_available, because, browser.has_value());
  };
  if (const auto editor = first_set(environment, {"VSCODE_IPC_HOOK_CLI", "CODESPACES"}))
    return browser ? started_in(Place::editor, *editor) : without_browser(Place::editor, *editor);
  if (browser && only_text_browsers(*browser))
    return without_browser(Place::text_browser, "BROWSER names a browser that needs the terminal");
  if (const auto remote = first_set(environment, {"SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"}))
    return browser || display ? started_in(Place::remote, *remote) : without_browser(Place::remote, *remote);
  if (const auto windows = first_set(environment, {"WSL_DISTRO_NAME"}); windows || machine.windows_kernel)
    return started_in(Place::windows, windows.value_or("the kernel is from Windows"));
  if (browser)
    return started_in(Place::desktop, "BROWSER is set");
  if (display)
    return started_in(Place::desktop, *display);
  if (machine.container || environment.find("container"))
    return without_browser(Place::container, "this is a container");
  return without_browser(Place::no_display, "neither WAYLAND_DISPLAY nor DISPLAY nor BROWSER is set");
}

// SSH_CONNECTION: the client's address and port, then ours, as the client reached us.
std::optional<std::string> forwarding_command(const Environment& environment, std::uint16_t port) {
  const auto words = split_words(environment.find("SSH_CONNECTION").value_or(""));
  constexpr std::size_t count = 4;
  if (words.size() != count || !std::all_of(words.begin(), words.end(), is_plain))
    return std::nullopt;
  const auto user = environment.find("USER").value_or(environment.find("LOGNAME").value_or(""));
  const auto number = std::to_string(port);
  return "ssh -N -L " + number + ":127.0.0.1:" + number + (words[3] == "22" ? "" : " -p " + words[3]) + " " +
         (is_plain(user) ? user + "@" : "") + words[2];
}

} // namespace chutes::session
