// A limit on what one call of ours asks of the keychain: three seconds, explained after one. A dialog that
// the keychain shows meanwhile has a limit of its own. For libsecret a thread cancels what it does at the
// deadline or on a signal.
#pragma once

#include "linux/keychain/keychain_error.hpp"
#include "linux/keychain/libsecret_library.hpp"
#include "linux/process/file_descriptor.hpp"
#include "linux/process/signal_watch.hpp"
#include "platform/terminal.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace chutes::on_linux {

inline constexpr std::chrono::seconds keychain_silence{1}; // then a remark says what is waited for
void explain_keychain_silence(Terminal& terminal);

class KeychainDeadline {
public:
  // For a call that began at `began`. A dialog may take `dialog_limit`; absent: none may be shown.
  KeychainDeadline(const LibsecretLibrary& library, SignalWatch& signals, Terminal& terminal,
                   SteadyInstant began, std::optional<std::chrono::seconds> dialog_limit);
  ~KeychainDeadline();
  KeychainDeadline(const KeychainDeadline&) = delete;
  KeychainDeadline& operator=(const KeychainDeadline&) = delete;

  // The deadline whose `cancellable` this is; null if it is another's.
  [[nodiscard]] static KeychainDeadline* of(const LibsecretLibrary& library, GCancellable* cancellable);
  [[nodiscard]] GCancellable* cancellable() const { return m_cancellable.get(); }

  // The limit that passed; absent if none has.
  [[nodiscard]] std::optional<std::chrono::seconds> passed() const;
  // Whether it was a dialog's.
  [[nodiscard]] bool passed_in_dialog() const;

  // Whether dialogs may be shown.
  [[nodiscard]] bool allows_dialogs() const { return m_dialog_limit.has_value(); }
  // From here to `end_dialog` a dialog is waited for. False: none may be shown.
  [[nodiscard]] bool begin_dialog();
  void end_dialog();
  // Lets no dialog begin from now on.
  void refuse_dialogs();

  // How to find out, in half a second at most and from any thread, whether a service that does not answer is
  // alive: then, where dialogs may be shown, it is given a dialog's time, because some keyrings show their
  // own before they answer. What `is_alive` uses must outlive this.
  void look_for_life_with(std::function<bool()> is_alive);

private:
  enum class Phase { call, silent_call, dialog };

  void enter(Phase phase, SteadyInstant at, bool explained);
  void watch(int wake_fd) noexcept;
  [[nodiscard]] int patience() const; // milliseconds until the next step
  [[nodiscard]] SteadyInstant next_step() const;
  // Does what is due now. False: the end has come.
  bool step() noexcept;
  void explain() noexcept;
  [[nodiscard]] std::chrono::seconds limit() const;
  void wake() noexcept;

  const LibsecretLibrary& m_library;
  Terminal& m_terminal;
  GObjectPointer<GCancellable> m_cancellable;
  FileDescriptor m_changed; // an eventfd: readable once the thread has to look again

  mutable std::mutex m_mutex; // of all below but the thread
  std::optional<std::chrono::seconds> m_dialog_limit;
  std::function<bool()> m_is_alive;
  Phase m_phase = Phase::call;
  SteadyInstant m_began;
  bool m_explained = false;
  bool m_passed = false;
  bool m_over = false;
  std::thread m_thread;
};

} // namespace chutes::on_linux
