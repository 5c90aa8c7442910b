// A limit on what one call of ours asks of the keychain: three seconds, explained after one. For libsecret a
// thread cancels what it does at the deadline or on a signal.
#pragma once

#include "linux/keychain/libsecret_library.hpp"
#include "linux/process/file_descriptor.hpp"
#include "linux/process/signal_watch.hpp"
#include "platform/terminal.hpp"

#include <atomic>
#include <thread>

namespace chutes::on_linux {

inline constexpr std::chrono::seconds keychain_limit{3};
inline constexpr std::chrono::seconds keychain_silence{1}; // then a remark says what is waited for
void explain_keychain_silence(Terminal& terminal);

class KeychainDeadline {
public:
  // For a call that began at `began`.
  KeychainDeadline(const LibsecretLibrary& library, SignalWatch& signals, Terminal& terminal,
                   SteadyInstant began);
  ~KeychainDeadline();
  KeychainDeadline(const KeychainDeadline&) = delete;
  KeychainDeadline& operator=(const KeychainDeadline&) = delete;

  [[nodiscard]] GCancellable* cancellable() const { return m_cancellable.get(); }
  [[nodiscard]] bool passed() const { return m_passed; }

private:
  void watch(int wake_fd, SteadyInstant began) noexcept;

  const LibsecretLibrary& m_library;
  Terminal& m_terminal;
  GObjectPointer<GCancellable> m_cancellable;
  FileDescriptor m_done; // an eventfd: readable once the work is done
  std::atomic<bool> m_passed{false};
  std::thread m_thread;
};

} // namespace chutes::on_linux
