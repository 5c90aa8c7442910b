// A limit on what one call of ours asks of libsecret: a thread that cancels it at the deadline or on a
// signal, and says after a second what is waited for.
#pragma once

#include "linux/file_descriptor.hpp"
#include "linux/libsecret_library.hpp"
#include "linux/signal_watch.hpp"
#include "platform/terminal.hpp"

#include <atomic>
#include <thread>

namespace chutes::on_linux {

class KeychainDeadline {
public:
  KeychainDeadline(const LibsecretLibrary& library, SignalWatch& signals, Terminal& terminal);
  ~KeychainDeadline();
  KeychainDeadline(const KeychainDeadline&) = delete;
  KeychainDeadline& operator=(const KeychainDeadline&) = delete;

  [[nodiscard]] GCancellable* cancellable() const { return m_cancellable.get(); }
  [[nodiscard]] bool passed() const { return m_passed; }

private:
  void watch(int wake_fd) noexcept;

  const LibsecretLibrary& m_library;
  Terminal& m_terminal;
  GObjectPointer<GCancellable> m_cancellable;
  FileDescriptor m_done; // an eventfd: readable once the work is done
  std::atomic<bool> m_passed{false};
  std::thread m_thread;
};

} // namespace chutes::on_linux
