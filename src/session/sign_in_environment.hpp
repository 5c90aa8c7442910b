// Where this program runs, as far as it decides how a person gets to the sign-in page and back.
#pragma once

#include "platform/browser.hpp"
#include "platform/environment.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chutes::session {

enum class Place {
  desktop,      // a browser on this machine
  windows,      // Linux under Windows: the browser runs in Windows and reaches our loopback interface
  editor,       // an editor's remote session: its helper opens the browser and forwards the port
  remote,       // a remote shell: the browser runs on the local machine
  container,    // no browser, and the port is reachable only from inside
  no_display,   // a console, a server
  text_browser, // the only browser needs the terminal
};

// "desktop", "windows", "editor", "remote", "container", "no_display", "text_browser"
[[nodiscard]] const char* name_of(Place place);

struct SignInEnvironment {
  Place place = Place::desktop;
  bool start_browser = true; // whether to try to start one
  std::string because;       // why it is this place: "SSH_CONNECTION is set"
  std::string obstacle;      // why no browser is started; empty if one is
};

// `browser_available`: there is a program to start.
[[nodiscard]] SignInEnvironment assess_sign_in_environment(const Environment& environment,
                                                           const MachineFacts& machine,
                                                           bool browser_available);

// Returns the ssh command to run on the local machine to forward `port` there to this one. Absent unless this
// is a remote shell and SSH_CONNECTION (ssh(1)) says how it was reached.
[[nodiscard]] std::optional<std::string> forwarding_command(const Environment& environment,
                                                            std::uint16_t port);

} // namespace chutes::session
