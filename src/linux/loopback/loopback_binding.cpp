#include "linux/loopback/loopback_binding.hpp"

#include "base/error.hpp"
#include "linux/net/socket_address.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>

namespace chutes::on_linux {
namespace {

constexpr int backlog = 64;

enum class Binding { bound, taken, unavailable };

// SO_REUSEADDR lets a port be bound again at once after a sign-in; SO_REUSEPORT, which would let others share
// it, is never set. `unavailable`: the machine has no such address.
Binding bind_and_listen(int family, std::uint16_t port, FileDescriptor& socket) {
  socket = FileDescriptor{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket && errno == EAFNOSUPPORT)
    return Binding::unavailable;
  if (!socket)
    throw Error{ErrorKind::internal, "the system has no socket left to listen on"};
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (family == AF_INET6)
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  const auto address = literal_address(family == AF_INET ? "127.0.0.1" : "::1", port);
  const bool bound =
      ::bind(socket.get(), address->get(), address->size) == 0 && ::listen(socket.get(), backlog) == 0;
  if (bound)
    return Binding::bound;
  if (errno == EACCES)
    throw Error{ErrorKind::usage, "no permission to listen on port " + std::to_string(port),
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

// One socket a family, all on `port`, which is set to the one drawn if it is 0. None if another process holds
// it in one of them. A family that the machine lacks is left out: no process can listen there.
std::vector<FileDescriptor> bind_all(const std::vector<int>& families, std::uint16_t& port) {
  std::vector<FileDescriptor> sockets;
  for (const int family : families) {
    FileDescriptor socket;
    const auto binding = bind_and_listen(family, port, socket);
    if (binding == Binding::taken)
      return {};
    if (binding == Binding::unavailable)
      continue;
    port = bound_address(socket.get()).port();
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
