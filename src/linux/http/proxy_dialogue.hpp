// What is said to a proxy and heard from it before it leads to the origin.
#pragma once

#include "linux/http/proxy.hpp"
#include "linux/net/byte_stream.hpp"
#include "linux/process/wait.hpp"

#include <string>
#include <string_view>

namespace chutes::on_linux {

// Until one deadline for all of it. Keeps references to `stream` and `wait`.
class ProxyDialogue {
public:
  ProxyDialogue(ByteStream& stream, const Proxy& proxy, const Wait& wait, SteadyInstant deadline)
      : m_stream(stream), m_name(proxy.text()), m_wait(wait), m_deadline(deadline) {}

  // Both throw Error{network} when the proxy breaks off, or has not answered at the deadline.
  void send(std::string_view bytes);
  // Exactly `count` bytes: what follows belongs to somebody else.
  [[nodiscard]] std::string receive(std::size_t count);

private:
  template <typename Action>
  std::size_t next(const Action& action);

  ByteStream& m_stream;
  std::string m_name;
  const Wait& m_wait;
  SteadyInstant m_deadline;
};

} // namespace chutes::on_linux
