// A raw TCP client on this machine's loopback addresses, which says what no browser would.
#pragma once

#include "linux/process/file_descriptor.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace chutes::on_linux {

inline bool machine_has_ipv6() {
  FileDescriptor socket{::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  return socket && ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

class Probe {
public:
  explicit Probe(std::uint16_t port, int family = AF_INET)
      : m_socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(port);
    ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(port);
    ipv6.sin6_addr = in6addr_loopback;
    connected = family == AF_INET
                    ? ::connect(m_socket.get(), reinterpret_cast<sockaddr*>(&ipv4), sizeof ipv4) == 0
                    : ::connect(m_socket.get(), reinterpret_cast<sockaddr*>(&ipv6), sizeof ipv6) == 0;
  }

  bool connected = false;

  Probe& say(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0)
        break;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return *this;
  }
  // Everything until the other side closes; "(reset)" if it tore the connection down.
  std::string hear() {
    std::string heard;
    std::array<char, 4096> bytes;
    while (true) {
      pollfd wait{m_socket.get(), POLLIN, 0};
      REQUIRE(::poll(&wait, 1, 10'000) == 1);
      const auto got = ::recv(m_socket.get(), bytes.data(), bytes.size(), 0);
      if (got < 0)
        return "(reset)";
      if (got == 0)
        return heard;
      heard.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }
  void leave() { m_socket.close(); }
  // Leaves with a reset instead of an orderly goodbye.
  void slam() {
    const linger at_once{1, 0};
    ::setsockopt(m_socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    m_socket.close();
  }

private:
  FileDescriptor m_socket;
};

} // namespace chutes::on_linux
