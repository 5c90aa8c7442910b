#include "linux/process/system_random.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <sys/random.h>

namespace chutes::on_linux {

void SystemRandom::fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got > 0)
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    else if (errno != EINTR)
      throw Error{ErrorKind::internal, "the system returned no random bytes"};
  }
}

} // namespace chutes::on_linux
