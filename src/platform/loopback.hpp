// The temporary HTTP listener on this machine's loopback addresses (RFC 8252 §7.3), as sockets only: what a
// request means is decided above, in oauth/redirection_endpoint.
#pragma once

#include "platform/clock.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace chutes {

// One request whose head has arrived completely (or proved hopeless). Closes its connection when it goes
// away.
class LoopbackVisit {
public:
  virtual ~LoopbackVisit() = default;
  // The bytes of the request up to and including the empty line; for a head that is too long or never ends,
  // what came.
  [[nodiscard]] virtual const std::string& head() const = 0;
  // Sends the complete response and closes. At most once; waits at most a second; a visitor who has left is
  // no error.
  virtual void answer(std::string_view response) noexcept = 0;
};

class LoopbackListener {
public:
  virtual ~LoopbackListener() = default; // closes every socket at once
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // The next visit; absent when `deadline` comes first. One thread, any number of slow or broken visitors
  // meanwhile: at most 64 connections, 8 KiB of head and 5 s of silence each. Throws
  // Error{interrupted|terminated} on a signal.
  virtual std::unique_ptr<LoopbackVisit> next(SteadyInstant deadline) = 0;
  // A visit that is there already; absent if there is none. Does not wait.
  virtual std::unique_ptr<LoopbackVisit> next_at_once() = 0;
  // How many connections of this machine's other users were turned away so far: closed unread and unanswered.
  [[nodiscard]] virtual int rejected_connections() const = 0;
};

enum class LoopbackFamily {
  ipv4,      // 127.0.0.1 only
  ipv6,      // ::1 only
  localhost, // both, because the name may resolve to either
};

class Loopback {
public:
  virtual ~Loopback() = default;
  // Binds `port` (0: any free one) with SO_REUSEADDR and never SO_REUSEPORT, close-on-exec. Absent if
  // somebody else holds it, on any of the addresses. Throws Error{internal} if the machine has no such
  // loopback address at all.
  virtual std::unique_ptr<LoopbackListener> listen(LoopbackFamily family, std::uint16_t port) = 0;
  // Who listens on `port`, as "name (pid N)", as far as this user may know; empty otherwise. Never talks to
  // it.
  virtual std::string holder(std::uint16_t port) = 0;
};

} // namespace chutes
