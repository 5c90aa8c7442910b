// A port that never answers, and how long things take.
#pragma once

#include "linux/net/address_resolver.hpp"
#include "linux/process/file_descriptor.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <sys/socket.h>
#include <vector>

namespace chutes::on_linux {

// A port that takes no connection and refuses none: its queue is full, so a SYN gets no answer.
class SilentPort {
public:
  SilentPort()
      : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        m_address(*literal_address("127.0.0.1", 0)) {
    REQUIRE(::bind(m_listener.get(), m_address.get(), m_address.size) == 0);
    REQUIRE(::listen(m_listener.get(), 0) == 0);
    ::getsockname(m_listener.get(), reinterpret_cast<sockaddr*>(&m_address.storage), &m_address.size);
    for (int i = 0; i < 4; ++i) {
      m_fillers.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      (void)::connect(m_fillers.back().get(), m_address.get(), m_address.size);
    }
  }
  [[nodiscard]] const SocketAddress& address() const { return m_address; }

private:
  FileDescriptor m_listener;
  SocketAddress m_address;
  std::vector<FileDescriptor> m_fillers;
};

inline std::chrono::milliseconds time_of(const std::function<void()>& action) {
  const auto begin = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

} // namespace chutes::on_linux
