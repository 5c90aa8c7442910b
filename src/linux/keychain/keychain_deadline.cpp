#include "linux/keychain/keychain_deadline.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace chutes::on_linux {

void explain_keychain_silence(Terminal& terminal) {
  terminal.remark("Waiting for the keychain…");
}

KeychainDeadline::KeychainDeadline(const LibsecretLibrary& library, SignalWatch& signals, Terminal& terminal,
                                   SteadyInstant began)
    : m_library(library),
      m_terminal(terminal),
      m_cancellable(owned(library, library.g_cancellable_new())),
      m_done(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  m_thread = std::thread{[this, wake_fd = signals.wake_fd(), began] { watch(wake_fd, began); }};
}

KeychainDeadline::~KeychainDeadline() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(m_done.get(), &one, sizeof one);
  m_thread.join();
}

void KeychainDeadline::watch(int wake_fd, SteadyInstant began) noexcept {
  bool said = false;
  while (true) {
    std::array<pollfd, 2> waits{{{m_done.get(), POLLIN, 0}, {wake_fd, POLLIN, 0}}};
    const int ready =
        ::poll(waits.data(), waits.size(), poll_timeout(began + (said ? keychain_limit : keychain_silence)));
    if (waits[0].revents != 0 || (ready < 0 && errno != EINTR))
      return;
    const bool signalled = ready > 0 && waits[1].revents != 0;
    const bool late = std::chrono::steady_clock::now() - began >= keychain_limit;
    if (signalled || late) {
      m_passed = late;
      m_library.g_cancellable_cancel(m_cancellable.get());
      return;
    }
    if (!said && std::chrono::steady_clock::now() - began >= keychain_silence) {
      explain_keychain_silence(m_terminal);
      said = true;
    }
  }
}

} // namespace chutes::on_linux
