#include "linux/process/process_hygiene.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <string.h> // NOLINT: explicit_bzero is not in <cstring>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

// A closed standard stream would give its number, and what is written to it, to the next file or socket that
// opens. What takes its place is empty and cannot be written, so that a result that goes nowhere is an error.
void keep_standard_streams_open() {
  int fd = ::open("/dev/null", O_RDONLY);
  while (fd >= 0 && fd <= STDERR_FILENO)
    fd = ::dup(fd);
  if (fd > STDERR_FILENO)
    ::close(fd);
}

// What is read once and then kept here only, not where /proc shows it.
constexpr std::array<std::string_view, 3> secret_variables{"CHUTES_ACCESS_TOKEN", "CHUTES_API_KEY",
                                                           "CHUTES_OAUTH_CLIENT_SECRET"};

// What the process was started with.
struct Settings {
  mode_t mask = 022;
  rlimit core{0, 0};
  bool broken_pipes_ignored = false;
};
Settings before;

} // namespace

mode_t usual_umask() {
  return before.mask;
}

void harden_process() {
  ::prctl(PR_SET_DUMPABLE, 0);
  ::getrlimit(RLIMIT_CORE, &before.core);
  const rlimit no_core{0, before.core.rlim_max}; // the hard limit is for exec's command
  ::setrlimit(RLIMIT_CORE, &no_core);
  before.mask = ::umask(077);
  before.broken_pipes_ignored = ::signal(SIGPIPE, SIG_IGN) == SIG_IGN;
  keep_standard_streams_open();
}

void give_back_process_settings() {
  ::setrlimit(RLIMIT_CORE, &before.core);
  ::umask(before.mask);
  if (!before.broken_pipes_ignored)
    static_cast<void>(::signal(SIGPIPE, SIG_DFL));
}

Environment read_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
      continue;
    const auto name = text.substr(0, equals);
    variables.emplace(name, text.substr(equals + 1));
    if (std::find(secret_variables.begin(), secret_variables.end(), name) != secret_variables.end())
      ::explicit_bzero(*entry + equals + 1, text.size() - equals - 1);
  }
  return Environment{std::move(variables)};
}

} // namespace chutes::on_linux
