// How a request waits in front of a person: what takes more than a second is said.
#pragma once

#include "linux/process/wait.hpp"
#include "platform/terminal.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace chutes::on_linux {

// What a client has remarked already: each remark is made once in its life. From any thread.
class RemarksMade {
public:
  // Whether `remark` has not been made before; it has now.
  [[nodiscard]] bool add(const std::string& remark);

private:
  std::mutex m_mutex;
  std::vector<std::string> m_remarks;
};

// The waits of one part of a request ("Connecting to HOST…"). Everything given must outlive it; without a
// terminal (null) nothing is said.
class AnnouncedWait {
public:
  AnnouncedWait(const Wait& wait, std::string remark, RemarksMade& made, Terminal* terminal)
      : m_wait(wait), m_remark(std::move(remark)), m_made(made), m_terminal(terminal) {}

  // As `wait`; when it has waited for a second it makes its remark, which a terminal shows until that is
  // over.
  bool operator()(int fd, short events, SteadyInstant deadline);
  // What was waited for has begun: nothing is said any more.
  void over() noexcept { m_over = true; }

private:
  const Wait& m_wait;
  std::string m_remark;
  RemarksMade& m_made;
  Terminal* m_terminal;
  bool m_over = false;
};

} // namespace chutes::on_linux
