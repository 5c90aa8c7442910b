// The interfaces of platform/ implemented for Linux, built in the order they depend on each other.
#pragma once

#include "linux/files/json_lines_files.hpp"
#include "linux/files/output_files.hpp"
#include "linux/files/private_files.hpp"
#include "linux/files/user_secret_files.hpp"
#include "linux/http/httplib_client.hpp"
#include "linux/keychain/secret_service_keychain.hpp"
#include "linux/loopback/loopback_sockets.hpp"
#include "linux/process/exec_launcher.hpp"
#include "linux/process/file_process_lock.hpp"
#include "linux/process/process_hygiene.hpp"
#include "linux/process/signal_watch.hpp"
#include "linux/process/system_random.hpp"
#include "linux/process/thread_pools.hpp"
#include "linux/terminal/desktop_browser.hpp"
#include "linux/terminal/tty_terminal.hpp"
#include "platform/platform.hpp"

namespace chutes::on_linux {

class SystemClock final : public Clock {
public:
  [[nodiscard]] Instant now() const override {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] SteadyInstant steady() const override { return std::chrono::steady_clock::now(); }
};

class LinuxPlatform {
public:
  [[nodiscard]] Platform platform() {
    return {.http = m_http,
            .keychain = m_keychain,
            .files = m_files,
            .output_files = m_output_files,
            .secret_files = m_secret_files,
            .line_files = m_line_files,
            .browser = m_browser,
            .launcher = m_launcher,
            .loopback = m_loopback,
            .lock = m_lock,
            .terminal = m_terminal,
            .clock = m_clock,
            .random = m_random,
            .worker_pools = m_worker_pools,
            .signals = m_signals,
            .environment = m_environment};
  }

private:
  Environment m_environment = read_environment();
  SignalWatch m_signals;
  TtyTerminal m_terminal{m_environment, m_signals};
  HttplibClient m_http{m_environment, m_signals, m_terminal};
  SecretServiceKeychain m_keychain{m_environment, m_signals, m_terminal};
  PosixPrivateFiles m_files{m_environment, m_signals, &m_terminal};
  PosixOutputFiles m_output_files;
  PosixUserSecretFiles m_secret_files;
  PosixJsonLinesFiles m_line_files{m_signals};
  DesktopBrowser m_browser{m_environment, m_signals};
  LoopbackSockets m_loopback{m_environment, m_signals};
  ExecLauncher m_launcher{m_signals};
  FileProcessLock m_lock{m_environment, m_signals, m_terminal};
  SystemClock m_clock;
  SystemRandom m_random;
  ThreadPools m_worker_pools{m_signals};
};

} // namespace chutes::on_linux
