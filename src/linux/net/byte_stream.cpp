#include "linux/net/byte_stream.hpp"

#include <cerrno>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace chutes::on_linux {
namespace {

constexpr std::uint8_t closed = 7; // TCP_CLOSE of <netinet/tcp.h>, which knows no tcpi_bytes_acked

// Absent where the kernel does not count acknowledged bytes.
std::optional<tcp_info> information(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  const bool told = ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
                    size >= offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked;
  return told ? std::optional{info} : std::nullopt;
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
  return failure(StepResult::wants_read);
}

Step PlainStream::write_some(std::string_view bytes) {
  ssize_t count = 0;
  do
    count = ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  if (count >= 0)
    return {StepResult::moved, static_cast<std::size_t>(count)};
  return failure(StepResult::wants_write);
}

Step PlainStream::failure(StepResult if_it_would_block) {
  if (errno == EAGAIN || errno == EWOULDBLOCK)
    return {if_it_would_block, 0};
  m_reset = m_reset || errno != EPIPE;
  return {StepResult::broken, 0};
}

void PlainStream::begin_message() {
  const auto info = information(m_socket.get());
  m_acknowledged = info ? std::optional{info->tcpi_bytes_acked} : std::nullopt;
}

bool PlainStream::message_came_too_late() const {
  char byte = 0;
  const bool ended = !m_reset && ::recv(m_socket.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  const auto info = information(m_socket.get());
  return ended && info && info->tcpi_state == closed && info->tcpi_bytes_acked == m_acknowledged;
}

} // namespace chutes::on_linux
