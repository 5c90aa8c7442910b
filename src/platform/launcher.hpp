// Starting another program in place of this one.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace chutes {

class Launcher {
public:
  virtual ~Launcher() = default;
  // This process becomes `command` (its first word looked up in PATH as a shell does) with exactly
  // `environment`, and with the signals, file mode mask and limits this program was started with; nothing of
  // ours stays open in it. Returns only in a fake. Throws Error{usage} if it cannot be started.
  virtual void become(const std::vector<std::string>& command,
                      const std::map<std::string, std::string>& environment) = 0;
};

} // namespace chutes
