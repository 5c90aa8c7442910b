#include "linux/process_hygiene.hpp"

#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

// A closed standard stream would give its number, and what is written to it, to the next file or socket that
// opens.
void keep_standard_streams_open() {
  int fd = ::open("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO)
    fd = ::dup(fd);
  if (fd > STDERR_FILENO)
    ::close(fd);
}

mode_t mask_before = 022;

} // namespace

mode_t usual_umask() {
  return mask_before;
}

void harden_process() {
  ::prctl(PR_SET_DUMPABLE, 0);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  mask_before = ::umask(077);
  keep_standard_streams_open();
}

Environment read_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals != std::string_view::npos && equals > 0)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return Environment{std::move(variables)};
}

} // namespace chutes::on_linux
