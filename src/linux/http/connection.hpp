// A connection to an origin, ready for HTTP: bytes in both directions with an idle limit, over TCP or TLS.
#pragma once

#include "base/error.hpp"
#include "linux/net/byte_stream.hpp"
#include "linux/process/wait.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace chutes::on_linux {

// What making a connection took.
struct ConnectTiming {
  std::chrono::microseconds name{0};
  std::chrono::microseconds connect{0}; // with a proxy's tunnel
  std::chrono::microseconds tls{0};
};

class Connection {
public:
  // `peer` is what errors call the other side.
  Connection(std::unique_ptr<ByteStream> stream, std::string peer)
      : m_stream(std::move(stream)), m_peer(std::move(peer)) {}

  [[nodiscard]] const std::string& peer() const { return m_peer; }

  // At least one byte, or none at the orderly end. Throws Error{network} when the connection is lost or
  // nothing comes for as long as `idle_limit`.
  std::size_t read(std::span<char> into, const Wait& wait, std::chrono::milliseconds idle_limit);

  // All bytes, unless the connection is lost meanwhile (`is_lost`): an answer may still wait to be read.
  // Throws Error{network} when nothing moves for as long as `idle_limit`.
  void write(std::string_view bytes, const Wait& wait, std::chrono::milliseconds idle_limit);

  void took(const ConnectTiming& timing) { m_timing = timing; }
  [[nodiscard]] const ConnectTiming& timing() const { return m_timing; }

  // Counted since the last `begin_exchange`.
  void begin_exchange() {
    m_bytes_read = m_bytes_written = 0;
    ++m_exchanges;
    m_stream->begin_message();
  }
  [[nodiscard]] std::size_t exchanges() const { return m_exchanges; }
  [[nodiscard]] std::size_t bytes_read() const { return m_bytes_read; }
  [[nodiscard]] std::size_t bytes_written() const { return m_bytes_written; }

  // Whether the other side has ended or lost the connection, as opposed to keeping silent.
  [[nodiscard]] bool is_lost() const { return m_lost; }

  // Whether nothing of this exchange, which is lost, can have been heard: the other side had closed the
  // connection before. Waits a moment for its machine to say so.
  [[nodiscard]] bool came_too_late(const Wait& wait) const;

  // Whether something has come on a connection that should be silent: its end, or bytes that were not
  // requested.
  [[nodiscard]] bool is_stale();
  // Waits until then for something to come (true: nothing did). Throws what ends the wait.
  [[nodiscard]] bool stays_silent(const Wait& wait, SteadyInstant until);

private:
  [[nodiscard]] Error failure_of_broken() const;

  std::unique_ptr<ByteStream> m_stream;
  std::string m_peer;
  ConnectTiming m_timing;
  std::size_t m_bytes_read = 0;
  std::size_t m_bytes_written = 0;
  std::size_t m_exchanges = 0;
  bool m_lost = false;
};

} // namespace chutes::on_linux
