#include "linux/net/address_resolver.hpp"

#include "base/error.hpp"
#include "linux/process/file_descriptor.hpp"

#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>

namespace chutes::on_linux {
namespace {

// What the asking thread and its helper share; it lives until both are done with it.
struct Lookup {
  std::string host;
  std::string port;
  FileDescriptor answered{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex;
  int code = 0; // of getaddrinfo
  std::vector<SocketAddress> addresses;
};

SocketAddress copy_address(const sockaddr* address, socklen_t size) {
  SocketAddress copy;
  std::memcpy(&copy.storage, address, size);
  copy.size = size;
  return copy;
}

void look_up(const std::shared_ptr<Lookup>& lookup) noexcept {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(lookup->host.c_str(), lookup->port.c_str(), &hints, &found);
  {
    const std::lock_guard guard{lookup->mutex};
    lookup->code = code;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next)
      lookup->addresses.push_back(copy_address(each->ai_addr, each->ai_addrlen));
  }
  if (found != nullptr)
    ::freeaddrinfo(found);
  ::eventfd_write(lookup->answered.get(), 1);
}

std::string lookup_failure(int code) {
  if (code == EAI_NONAME || code == EAI_NODATA || code == 0)
    return "unknown host";
  if (code == EAI_AGAIN)
    return "the name server did not answer";
  return ::gai_strerror(code);
}

[[noreturn]] void fail(const std::string& host, const std::string& why) {
  throw Error{ErrorKind::network, "could not find " + host + ": " + why,
              "check the name and this computer's network connection"};
}

} // namespace

std::vector<SocketAddress> families_in_turn(const std::vector<SocketAddress>& addresses) {
  std::deque<SocketAddress> first, other;
  for (const auto& address : addresses)
    (address.family() == addresses.front().family() ? first : other).push_back(address);
  std::vector<SocketAddress> result;
  while (!first.empty() || !other.empty())
    for (auto* queue : {&first, &other})
      if (!queue->empty()) {
        result.push_back(queue->front());
        queue->pop_front();
      }
  return result;
}

std::vector<SocketAddress> SystemResolver::resolve(const std::string& host, std::uint16_t port,
                                                   const Wait& wait, SteadyInstant deadline) {
  if (auto address = literal_address(host, port))
    return {*address};
  if (host == "localhost")
    return {*literal_address("::1", port), *literal_address("127.0.0.1", port)};

  auto lookup = std::make_shared<Lookup>();
  lookup->host = host;
  lookup->port = std::to_string(port);
  if (!lookup->answered)
    throw Error{ErrorKind::internal, "the system has no file descriptor left for a name lookup"};
  try {
    std::thread{[lookup] { look_up(lookup); }}.detach();
  } catch (const std::system_error&) {
    throw Error{ErrorKind::internal, "the system cannot start a thread for a name lookup"};
  }
  if (!wait(lookup->answered.get(), POLLIN, deadline))
    fail(host, "the name server did not answer in time");
  const std::lock_guard guard{lookup->mutex};
  if (lookup->addresses.empty())
    fail(host, lookup_failure(lookup->code));
  return families_in_turn(lookup->addresses);
}

} // namespace chutes::on_linux
