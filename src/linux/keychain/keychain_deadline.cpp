#include "linux/keychain/keychain_deadline.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

constexpr const char* own_name = "chutes-keychain-deadline"; // where the cancellable keeps its deadline
constexpr std::chrono::milliseconds dialog_silence{500};     // most dialogs that need no answer end sooner

} // namespace

void explain_keychain_silence(Terminal& terminal) {
  terminal.remark("Waiting for the keychain…");
}

KeychainDeadline::KeychainDeadline(const LibsecretLibrary& library, SignalWatch& signals, Terminal& terminal,
                                   SteadyInstant began, std::optional<std::chrono::seconds> dialog_limit)
    : m_library(library),
      m_terminal(terminal),
      m_cancellable(owned(library, library.g_cancellable_new())),
      m_changed(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      m_dialog_limit(dialog_limit),
      m_began(began) {
  library.g_object_set_data(reinterpret_cast<GObject*>(cancellable()), own_name, this);
  m_thread = std::thread{[this, wake_fd = signals.wake_fd()] { watch(wake_fd); }};
}

KeychainDeadline::~KeychainDeadline() {
  {
    const std::lock_guard guard{m_mutex};
    m_over = true;
  }
  wake();
  m_thread.join();
  m_library.g_object_set_data(reinterpret_cast<GObject*>(cancellable()), own_name, nullptr);
}

KeychainDeadline* KeychainDeadline::of(const LibsecretLibrary& library, GCancellable* cancellable) {
  if (cancellable == nullptr)
    return nullptr;
  return static_cast<KeychainDeadline*>(
      library.g_object_get_data(reinterpret_cast<GObject*>(cancellable), own_name));
}

std::optional<std::chrono::seconds> KeychainDeadline::passed() const {
  const std::lock_guard guard{m_mutex};
  return m_passed ? std::optional{limit()} : std::nullopt;
}

bool KeychainDeadline::passed_in_dialog() const {
  const std::lock_guard guard{m_mutex};
  return m_passed && m_phase == Phase::dialog;
}

bool KeychainDeadline::begin_dialog() {
  if (!allows_dialogs())
    return false;
  enter(Phase::dialog, std::chrono::steady_clock::now(), false);
  return true;
}

void KeychainDeadline::end_dialog() {
  enter(Phase::call, std::chrono::steady_clock::now(), true);
}

void KeychainDeadline::refuse_dialogs() {
  const std::lock_guard guard{m_mutex};
  m_dialog_limit.reset();
}

void KeychainDeadline::look_for_life_with(std::function<bool()> is_alive) {
  const std::lock_guard guard{m_mutex};
  m_is_alive = std::move(is_alive);
}

void KeychainDeadline::enter(Phase phase, SteadyInstant at, bool explained) {
  {
    const std::lock_guard guard{m_mutex};
    if (m_passed)
      return; // what has ended stays so
    m_phase = phase;
    m_began = at;
    m_explained = explained;
  }
  wake();
}

void KeychainDeadline::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(m_changed.get(), &one, sizeof one);
}

void KeychainDeadline::watch(int wake_fd) noexcept {
  while (true) {
    std::array<pollfd, 2> waits{{{m_changed.get(), POLLIN, 0}, {wake_fd, POLLIN, 0}}};
    const int ready = ::poll(waits.data(), waits.size(), patience());
    if (ready < 0 && errno != EINTR)
      return;
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(m_changed.get(), &count, sizeof count);
    const bool signalled = ready > 0 && waits[1].revents != 0;
    if (!step())
      return;
    if (signalled) {
      m_library.g_cancellable_cancel(cancellable());
      return;
    }
  }
}

int KeychainDeadline::patience() const {
  const std::lock_guard guard{m_mutex};
  return poll_timeout(next_step());
}

SteadyInstant KeychainDeadline::next_step() const {
  if (m_explained)
    return m_began + limit();
  return m_began + (m_phase == Phase::dialog ? dialog_silence : keychain_silence);
}

bool KeychainDeadline::step() noexcept {
  std::unique_lock guard{m_mutex};
  if (m_over)
    return false;
  if (std::chrono::steady_clock::now() < next_step())
    return true;
  if (!m_explained) {
    explain();
    m_explained = true;
    return true;
  }
  if (m_phase == Phase::call && m_dialog_limit && m_is_alive && m_is_alive()) {
    m_phase = Phase::silent_call;
    explain();
    return true;
  }
  m_passed = true;
  guard.unlock(); // what is cancelled may call back
  m_library.g_cancellable_cancel(cancellable());
  return false;
}

void KeychainDeadline::explain() noexcept {
  switch (m_phase) {
  case Phase::call:
    return explain_keychain_silence(m_terminal);
  case Phase::silent_call:
    return m_terminal.remark("Waiting for the keyring, which may be showing a dialog (Ctrl-C cancels)…");
  case Phase::dialog:
    return m_terminal.remark("Waiting for the keyring's dialog (Ctrl-C cancels)…");
  }
}

std::chrono::seconds KeychainDeadline::limit() const {
  return m_phase == Phase::call ? keychain_limit : m_dialog_limit.value_or(keychain_limit);
}

} // namespace chutes::on_linux
