// From a host's name to its addresses, in bounded time.
#pragma once

#include "linux/process/wait.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace chutes::on_linux {

// A socket address of either family, port included.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] int family() const { return storage.ss_family; }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] bool is_loopback() const; // 127.0.0.0/8 or ::1
};

class AddressResolver {
public:
  virtual ~AddressResolver() = default;
  // At least one address, in the order to try them: families in turn (RFC 8305 §4). Throws Error{network}
  // when there is none or the deadline comes first. From any thread.
  virtual std::vector<Address> resolve(const std::string& host, std::uint16_t port, const Wait& wait,
                                       SteadyInstant deadline) = 0;
};

// getaddrinfo(3) in a thread of its own, since it cannot be bounded: an answer that comes too late is
// dropped. Literals and "localhost" (RFC 6761 §6.3: always this machine) need neither thread nor name server.
class SystemResolver final : public AddressResolver {
public:
  std::vector<Address> resolve(const std::string& host, std::uint16_t port, const Wait& wait,
                               SteadyInstant deadline) override;
};

// The same addresses with the families taking turns, beginning with the first one's.
[[nodiscard]] std::vector<Address> families_in_turn(const std::vector<Address>& addresses);

// The address `text` stands for; absent if it is no IPv4 or IPv6 literal.
[[nodiscard]] std::optional<Address> literal_address(const std::string& text, std::uint16_t port);

} // namespace chutes::on_linux
