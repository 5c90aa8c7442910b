#include "linux/terminal/echo_off.hpp"

#include "linux/process/signal_watch.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <termios.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

// Signals that end a process, or stop it, and that nothing else in this program handles.
constexpr std::array<int, 16> ending{SIGQUIT, SIGABRT, SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGTRAP,   SIGSYS,
                                     SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ, SIGPROF, SIGVTALRM, SIGIO};

// A handler reaches nothing but globals. They are written while no handler is installed, or by one.
int quiet_tty = -1;
termios usual{};
std::atomic<bool> echo_is_off{false};
std::atomic<bool> continued{false};
std::array<struct sigaction, ending.size()> before_ending{};
struct sigaction before_stop {};
struct sigaction before_continue {};

// From here on only what signal-safety(7) allows. A process in the background does not touch the terminal:
// it is another's then, and the attempt would stop this one.
bool in_foreground() noexcept {
  return ::tcgetpgrp(quiet_tty) == ::getpgrp();
}

void take_echo(int when) noexcept {
  termios now{};
  if (!in_foreground() || ::tcgetattr(quiet_tty, &now) != 0)
    return;
  if ((now.c_lflag & ECHO) != 0 || !echo_is_off)
    usual = now;
  now.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  now.c_lflag |= ICANON | ISIG;
  echo_is_off = ::tcsetattr(quiet_tty, when, &now) == 0;
}

void give_echo_back() noexcept {
  if (echo_is_off && in_foreground())
    ::tcsetattr(quiet_tty, TCSANOW, &usual);
  echo_is_off = false;
}

extern "C" void continue_quietly(int) {
  const int saved_errno = errno;
  continued = true;
  take_echo(TCSANOW);
  errno = saved_errno;
}

// Stops as if nothing had handled the signal.
extern "C" void stop_with_echo(int) {
  const int saved_errno = errno;
  give_echo_back();
  struct sigaction usual_stop {};
  struct sigaction ours {};
  usual_stop.sa_handler = SIG_DFL;
  ::sigaction(SIGTSTP, &usual_stop, &ours);
  static_cast<void>(::raise(SIGTSTP));
  sigset_t stop{};
  sigset_t mask{};
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  ::pthread_sigmask(SIG_UNBLOCK, &stop, &mask); // stops here
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  ::sigaction(SIGTSTP, &ours, nullptr);
  continue_quietly(SIGCONT);
  errno = saved_errno;
}

// Ends as if nothing had handled the signal: a fault occurs again, all else is sent again.
extern "C" void end_with_echo(int number, siginfo_t* info, void*) {
  give_echo_back();
  for (std::size_t i = 0; i < ending.size(); ++i)
    if (ending[i] == number)
      ::sigaction(number, &before_ending[i], nullptr);
  const bool is_fault = info->si_code > 0 && (number == SIGSEGV || number == SIGBUS || number == SIGFPE ||
                                              number == SIGILL || number == SIGTRAP);
  if (!is_fault)
    static_cast<void>(::raise(number));
}

// What was ignored stays ignored.
void handle(int number, const struct sigaction& action, struct sigaction& before) {
  ::sigaction(number, nullptr, &before);
  if (before.sa_handler != SIG_IGN)
    ::sigaction(number, &action, nullptr);
}

void handle_signals() {
  struct sigaction action {};
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = end_with_echo;
  for (std::size_t i = 0; i < ending.size(); ++i)
    handle(ending[i], action, before_ending[i]);
  action.sa_flags = SA_RESTART;
  action.sa_handler = stop_with_echo;
  handle(SIGTSTP, action, before_stop);
  action.sa_handler = continue_quietly;
  handle(SIGCONT, action, before_continue);
  before_second_signal(give_echo_back);
}

void leave_signals() {
  before_second_signal(nullptr);
  ::sigaction(SIGCONT, &before_continue, nullptr);
  ::sigaction(SIGTSTP, &before_stop, nullptr);
  for (std::size_t i = 0; i < ending.size(); ++i)
    ::sigaction(ending[i], &before_ending[i], nullptr);
}

} // namespace

EchoOff::EchoOff(int tty) : m_first(quiet_tty < 0) {
  if (!m_first)
    return;
  quiet_tty = tty;
  continued = false;
  handle_signals();
  take_echo(TCSAFLUSH);
}

EchoOff::~EchoOff() {
  if (!m_first)
    return;
  give_echo_back();
  leave_signals();
  quiet_tty = -1;
}

bool EchoOff::renew() const noexcept {
  // Ctrl-Z and bg between the look and the change would make the change an attempt from the background.
  const struct NoStop {
    NoStop() noexcept {
      sigset_t stop{};
      sigemptyset(&stop);
      sigaddset(&stop, SIGTSTP);
      ::pthread_sigmask(SIG_BLOCK, &stop, &before);
    }
    ~NoStop() { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }
    sigset_t before{};
  } unstopped;
  termios now{};
  if (!echo_is_off || (in_foreground() && ::tcgetattr(quiet_tty, &now) == 0 && (now.c_lflag & ECHO) != 0))
    take_echo(TCSANOW);
  return continued.exchange(false);
}

} // namespace chutes::on_linux
