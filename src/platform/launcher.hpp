// Starting other programs: in place of this one, or beside it.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace chutes {

class Launcher {
public:
  virtual ~Launcher() = default;
  // Replaces this process by `command` (its first word looked up in PATH as a shell does) with exactly
  // `environment`, and with the signals, file mode mask and limits this program was started with; no file of
  // ours stays open. Returns only in a fake. Throws Error{cannot_execute|command_not_found} if it fails.
  virtual void become(const std::vector<std::string>& command,
                      const std::map<std::string, std::string>& environment) = 0;
  // Runs `command` (looked up likewise) with exactly `environment`, without a terminal and with /dev/null as
  // its standard streams, and returns its exit code. Absent if it cannot be started, if a signal ended it, or
  // if it was still running after `longest`: then it is killed, with what it has started. Throws
  // Error{interrupted|terminated} on a signal.
  [[nodiscard]] virtual std::optional<int> run(const std::vector<std::string>& command,
                                               const std::map<std::string, std::string>& environment,
                                               std::chrono::milliseconds longest) = 0;
};

} // namespace chutes
