#include "sandbox/faults/connection_sockets.hpp"

#include <cstdint>
#include <cstdlib>
#include <dirent.h>
#include <memory>
#include <netinet/in.h>
#include <sys/socket.h>

namespace chutes::sandbox {
namespace {

std::uint16_t port_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET)
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

bool connects(int descriptor, int server_port, std::optional<int> client_port) {
  sockaddr_storage own{};
  sockaddr_storage peer{};
  socklen_t own_size = sizeof own;
  socklen_t peer_size = sizeof peer;
  return ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &own_size) == 0 &&
         ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0 &&
         port_of(own) == server_port && (!client_port || port_of(peer) == *client_port);
}

} // namespace

std::vector<int> connection_sockets(int server_port, std::optional<int> client_port) {
  std::vector<int> sockets;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir("/proc/self/fd"), ::closedir};
  while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
    const auto descriptor = static_cast<int>(std::strtol(entry->d_name, nullptr, 10)); // 0 for "." and ".."
    if (connects(descriptor, server_port, client_port))
      sockets.push_back(descriptor);
  }
  return sockets;
}

} // namespace chutes::sandbox
