// A socket's address, of IPv4 or IPv6.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/socket.h>

namespace chutes::on_linux {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] int family() const { return storage.ss_family; }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] bool is_loopback() const; // 127.0.0.0/8 or ::1
};

// Returns the address that the literal `text` denotes; absent if it is not an IPv4 or IPv6 literal.
[[nodiscard]] std::optional<SocketAddress> literal_address(const std::string& text, std::uint16_t port);

// Returns the address that `socket` is bound to.
[[nodiscard]] SocketAddress bound_address(int socket);

} // namespace chutes::on_linux
