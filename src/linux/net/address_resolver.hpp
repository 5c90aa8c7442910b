// From a host's name to its addresses, in bounded time.
#pragma once

#include "linux/net/socket_address.hpp"
#include "linux/process/wait.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace chutes::on_linux {

class AddressResolver {
public:
  virtual ~AddressResolver() = default;
  // At least one address, in the order to try them: families in turn (RFC 8305 §4). Throws Error{network}
  // when there is none or the deadline comes first. From any thread.
  virtual std::vector<SocketAddress> resolve(const std::string& host, std::uint16_t port, const Wait& wait,
                                             SteadyInstant deadline) = 0;
};

// getaddrinfo(3) in a thread of its own, since it cannot be bounded: an answer that comes too late is
// dropped. Literals and "localhost" (RFC 6761 §6.3: always this machine) need neither thread nor name server.
class SystemResolver final : public AddressResolver {
public:
  std::vector<SocketAddress> resolve(const std::string& host, std::uint16_t port, const Wait& wait,
                                     SteadyInstant deadline) override;
};

// The same addresses with the families taking turns, beginning with the first one's.
[[nodiscard]] std::vector<SocketAddress> families_in_turn(const std::vector<SocketAddress>& addresses);

} // namespace chutes::on_linux
