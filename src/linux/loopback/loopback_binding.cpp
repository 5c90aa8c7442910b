#include "linux/loopback/loopback_binding.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>

namespace chutes::on_linux {
namespace {

constexpr int backlog = 64;

// An address of one family with this port.
struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

Address loopback_address(int family, std::uint16_t port) {
  Address address;
  if (family == AF_INET) {
    auto* ipv4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    ipv4->sin_family = AF_INET;
    ipv4->sin_port = htons(port);
    ipv4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.length = sizeof *ipv4;
  } else {
    auto* ipv6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
    ipv6->sin6_family = AF_INET6;
    ipv6->sin6_port = htons(port);
    ipv6->sin6_addr = in6addr_loopback;
    address.length = sizeof *ipv6;
  }
  return address;
}

std::uint16_t bound_port(int socket) {
  Address address;
  address.length = sizeof address.storage;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address.storage), &address.length);
  return ntohs(address.storage.ss_family == AF_INET
                   ? reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port
                   : reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port);
}

enum class Binding { bound, taken, unavailable };

// SO_REUSEADDR lets a port be bound again at once after a sign-in; SO_REUSEPORT, which would let others share
// it, is never set. `unavailable`: the machine has no such address.
Binding bind_and_listen(int family, std::uint16_t port, FileDescriptor& socket) {
  socket = FileDescriptor{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket && errno == EAFNOSUPPORT)
    return Binding::unavailable;
  if (!socket)
    throw Error{ErrorKind::internal, "the system gave no socket to listen on"};
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (family == AF_INET6)
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  const auto address = loopback_address(family, port);
  const bool bound =
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.length) == 0 &&
      ::listen(socket.get(), backlog) == 0;
  if (bound)
    return Binding::bound;
  if (errno == EACCES)
    throw Error{ErrorKind::usage, "this user may not listen on port " + std::to_string(port),
                "register a redirect URI with a port above 1023"};
  return errno == EADDRNOTAVAIL ? Binding::unavailable : Binding::taken;
}

std::vector<int> families_of(LoopbackFamily family) {
  switch (family) {
  case LoopbackFamily::ipv4:
    return {AF_INET};
  case LoopbackFamily::ipv6:
    return {AF_INET6};
  case LoopbackFamily::localhost:
    break;
  }
  return {AF_INET, AF_INET6};
}

// One socket a family, all on `port`, which is set to the one drawn if it is 0. None if somebody holds it in
// one of them. A family that the machine lacks is left out: nobody can be reached, or squat, there.
std::vector<FileDescriptor> bind_all(const std::vector<int>& families, std::uint16_t& port) {
  std::vector<FileDescriptor> sockets;
  for (const int family : families) {
    FileDescriptor socket;
    const auto binding = bind_and_listen(family, port, socket);
    if (binding == Binding::taken)
      return {};
    if (binding == Binding::unavailable)
      continue;
    port = bound_port(socket.get());
    sockets.push_back(std::move(socket));
  }
  if (sockets.empty())
    throw Error{ErrorKind::internal, "this machine has no loopback address to listen on"};
  return sockets;
}

} // namespace

std::vector<FileDescriptor> bind_loopback(LoopbackFamily family, std::uint16_t& port) {
  constexpr int most_attempts = 16; // a free port of one family may be taken in the other
  const bool any_free_one = port == 0 && family == LoopbackFamily::localhost;
  for (int attempt = 0; attempt < (any_free_one ? most_attempts : 1); ++attempt) {
    std::uint16_t chosen = port;
    auto sockets = bind_all(families_of(family), chosen);
    if (sockets.empty())
      continue;
    port = chosen;
    return sockets;
  }
  return {};
}

} // namespace chutes::on_linux
