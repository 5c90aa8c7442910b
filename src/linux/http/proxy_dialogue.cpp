#include "linux/http/proxy_dialogue.hpp"

#include "base/error.hpp"

#include <poll.h>

namespace chutes::on_linux {

void ProxyDialogue::send(std::string_view bytes) {
  while (!bytes.empty())
    bytes.remove_prefix(next([&] { return m_stream.write_some(bytes); }));
}

std::string ProxyDialogue::receive(std::size_t count) {
  std::string bytes(count, '\0');
  std::span<char> rest{bytes};
  while (!rest.empty())
    rest = rest.subspan(next([&] { return m_stream.read_some(rest); }));
  return bytes;
}

// The bytes that moved in the first step that moved any.
template <typename Action>
std::size_t ProxyDialogue::next(const Action& action) {
  while (true) {
    const Step step = action();
    if (step.result == StepResult::moved)
      return step.count;
    if (step.result == StepResult::ended || step.result == StepResult::broken)
      throw Error{ErrorKind::network, m_name + " closed the connection", "check the proxy's address"};
    if (!m_wait(m_stream.fd(), step.result == StepResult::wants_write ? POLLOUT : POLLIN, m_deadline))
      throw Error{ErrorKind::network, "could not reach " + m_name + ": timed out",
                  "check the proxy's address"};
  }
}

} // namespace chutes::on_linux
