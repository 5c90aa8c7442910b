// The temporary HTTP listener on this machine's loopback addresses (RFC 8252 §7.3), as sockets only:
// oauth/redirection decides what a request means.
#pragma once

#include "platform/clock.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace chutes {

// One request whose head has arrived completely, or never will. Closes its connection when destroyed.
class LoopbackVisit {
public:
  virtual ~LoopbackVisit() = default;
  // Returns the bytes of the request up to and including the empty line; for a head that is too long or
  // never ends, those that arrived.
  [[nodiscard]] virtual const std::string& head() const = 0;
  // Sends the complete response and closes. Call it at most once. Waits at most a second; ignores a client
  // that has disconnected.
  virtual void answer(std::string_view response) noexcept = 0;
};

class LoopbackListener {
public:
  virtual ~LoopbackListener() = default; // closes every socket at once
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // Waits for the next visit and returns it; null if `deadline` comes first. Slow and broken clients do not
  // hold others up: at most 64 connections, each with 8 KiB of head and 5 s of silence. Throws
  // Error{interrupted|terminated} on a signal.
  virtual std::unique_ptr<LoopbackVisit> next(SteadyInstant deadline) = 0;
  // Returns a visit that has already arrived; null if there is none. Does not wait.
  virtual std::unique_ptr<LoopbackVisit> next_at_once() = 0;
  // The number of connections of this machine's other users rejected so far: closed unread and unanswered.
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
  // Binds `port` (0: any free one) with SO_REUSEADDR and never SO_REUSEPORT, close-on-exec. Null if
  // another process holds it on any of the addresses. Throws Error{internal} if the machine has no such
  // loopback address at all.
  virtual std::unique_ptr<LoopbackListener> listen(LoopbackFamily family, std::uint16_t port) = 0;
  // Returns the process that listens on `port`, as "name (pid N)"; empty if this user cannot see it. Never
  // connects to it.
  virtual std::string holder(std::uint16_t port) = 0;
};

} // namespace chutes
