// Where this program runs, as far as it decides how a person gets to the sign-in page and back: a pure table
// over a snapshot.
#pragma once

#include "platform/browser.hpp"
#include "platform/environment.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chutes::session {

enum class Place {
  desktop,      // a browser on this machine
  windows,      // Linux under Windows: the browser is Windows's, and loopback reaches us
  editor,       // an editor's remote session, whose helper opens the browser and forwards the port by itself
  remote,       // a remote shell: the browser is on the machine in front of the person
  container,    // no browser here, and the port is inside
  no_display,   // a console, a server
  text_browser, // only a browser that would want our terminal
};

// "desktop", "windows", "editor", "remote", "container", "no_display", "text_browser"
[[nodiscard]] const char* name_of(Place place);

struct SignInEnvironment {
  Place place = Place::desktop;
  bool start_browser = true; // whether to try
  std::string because;       // "SSH_CONNECTION is set", for people who wonder
};

// `browser_available`: there is a program to try.
[[nodiscard]] SignInEnvironment assess_sign_in_environment(const Environment& environment,
                                                           const MachineFacts& machine,
                                                           bool browser_available);

// The command that, typed on the machine in front of the person, makes `port` there lead here. Absent unless
// this is a remote shell that tells where it was reached (SSH_CONNECTION, ssh(1)).
[[nodiscard]] std::optional<std::string> forwarding_command(const Environment& environment,
                                                            std::uint16_t port);

} // namespace chutes::session
