#include "linux/process/make_directories.hpp"

#include <cerrno>
#include <sys/stat.h>

namespace chutes::on_linux {

DirectoryFailure make_directories(const std::string& path) {
  for (auto end = path.find('/', 1); true; end = path.find('/', end + 1)) {
    auto part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0700) != 0) {
      const int reason = errno;
      struct stat facts {};
      if (::stat(part.c_str(), &facts) != 0) // of one that exists mkdir may report another reason: EROFS
        return {reason, std::move(part)};
    }
    if (end == std::string::npos)
      return {};
  }
}

} // namespace chutes::on_linux
