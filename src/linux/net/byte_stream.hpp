// Bytes in both directions over something that never blocks: a plain socket here, TLS in tls_session.hpp.
#pragma once

#include "linux/process/file_descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chutes::on_linux {

enum class StepResult {
  moved,       // `count` bytes, at least one
  wants_read,  // nothing now; try again when the descriptor is readable
  wants_write, // nothing now; try again when the descriptor is writable
  ended,       // the peer said orderly that no more will come
  broken,      // the connection is lost
};

struct Step {
  StepResult result = StepResult::broken;
  std::size_t count = 0;
};

class ByteStream {
public:
  virtual ~ByteStream() = default;
  [[nodiscard]] virtual int fd() const = 0;
  virtual Step read_some(std::span<char> into) = 0;
  virtual Step write_some(std::string_view bytes) = 0;
  // Begins to watch what becomes of the bytes written from now on.
  virtual void begin_message() = 0;
  // Whether the peer had closed the connection, orderly, before any of them reached it, and its machine has
  // refused them.
  [[nodiscard]] virtual bool message_came_too_late() const = 0;
  // Why it is broken, where the peer said so, as the end of "it …"; else empty.
  [[nodiscard]] virtual std::string reason_for_ending() const { return {}; }
};

// TCP as it is. Never raises SIGPIPE.
class PlainStream final : public ByteStream {
public:
  explicit PlainStream(FileDescriptor socket) : m_socket(std::move(socket)) {}
  [[nodiscard]] int fd() const override { return m_socket.get(); }
  Step read_some(std::span<char> into) override;
  Step write_some(std::string_view bytes) override;
  void begin_message() override;
  [[nodiscard]] bool message_came_too_late() const override;

private:
  Step failure(StepResult if_it_would_block);

  FileDescriptor m_socket;
  bool m_reset = false; // the peer has ended it without a FIN, which acknowledges what had come before it
  std::optional<std::uint64_t> m_acknowledged; // bytes, when the message began
};

} // namespace chutes::on_linux
