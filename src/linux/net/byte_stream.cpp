#include "linux/net/byte_stream.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace chutes::on_linux {
namespace {

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

} // namespace

Step PlainStream::read_some(std::span<char> into) {
  ssize_t count = 0;
  do
    count = ::recv(m_socket.get(), into.data(), into.size(), 0);
  while (count < 0 && errno == EINTR);
  if (count > 0)
    return {StepResult::moved, static_cast<std::size_t>(count)};
  if (count == 0)
    return {StepResult::ended, 0};
  return {would_block() ? StepResult::wants_read : StepResult::broken, 0};
}

Step PlainStream::write_some(std::string_view bytes) {
  ssize_t count = 0;
  do
    count = ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  if (count >= 0)
    return {StepResult::moved, static_cast<std::size_t>(count)};
  return {would_block() ? StepResult::wants_write : StepResult::broken, 0};
}

} // namespace chutes::on_linux
