// What the tests of the keychain share: the adapter over the session bus of
// tests/linux/keychain/with_keyring.sh, other programs' view of the same keyring, and the processes behind
// it.
#pragma once

#include "base/error.hpp"
#include "linux/keychain/keychain_error.hpp"
#include "linux/keychain/secret_service_keychain.hpp"
#include "linux/process/process_hygiene.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <sys/types.h>

namespace chutes::on_linux {

// Collects notices, which come from another thread, and lets a test act in the middle of a wait.
class NoticedTerminal final : public Terminal {
public:
  std::function<void()> on_notice;

  void write_output(std::string_view) override {}
  void write_error_line(std::string_view line) noexcept override {
    {
      const std::lock_guard guard{m_mutex};
      m_notices += std::string{line} + "\n";
    }
    if (on_notice)
      on_notice();
  }
  void show_progress(std::string_view) noexcept override {}
  [[nodiscard]] bool input_is_terminal() const override { return false; }
  [[nodiscard]] bool input_is_pipe_or_file() const override { return false; }
  [[nodiscard]] bool output_is_terminal() const override { return false; }
  [[nodiscard]] bool error_is_terminal() const override { return false; }
  [[nodiscard]] int width() const override { return 80; }
  std::string read_all_input(std::size_t) override { return {}; }
  std::unique_ptr<HiddenInput> hidden_input() override { return nullptr; }
  std::optional<Secret> ask_hidden(const std::string&) override { return std::nullopt; }
  std::optional<std::string> ask_shown(const std::string&) override { return std::nullopt; }

  [[nodiscard]] std::string notices() {
    const std::lock_guard guard{m_mutex};
    return m_notices;
  }

private:
  std::mutex m_mutex;
  std::string m_notices;
};

// Fails outside tests/linux/keychain/with_keyring.sh: tests must not touch the keyring of the user
// who runs them.
inline void require_private_keyring() {
  const auto data = read_environment().find("XDG_DATA_HOME").value_or("");
  REQUIRE_MESSAGE(data.find("/chutes-keyring.") != std::string::npos,
                  "run this under tests/linux/keychain/with_keyring.sh");
}

// The adapter on the private bus.
struct Desk {
  Desk() { require_private_keyring(); }

  Environment environment = read_environment();
  SignalWatch signals;
  NoticedTerminal terminal;
  SecretServiceKeychain keychain{environment, signals, terminal};
};

struct Outcome {
  ErrorKind kind = ErrorKind::internal;
  std::string message, hint;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << static_cast<int>(outcome.kind) << " " << outcome.message << " (" << outcome.hint << ")";
}

inline Outcome outcome_of(const KeychainError& error) {
  return {error.kind(), error.what(), error.hint()};
}

// How an action that must fail does so.
template <typename Action>
Outcome outcome_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return {error.kind(), error.what(), error.hint()};
  }
  return {ErrorKind::internal, "(no error)", ""};
}

// The same outcome from every call there is.
inline void check_every_call(Keychain& keychain, const KeychainKey& key, const Outcome& expected) {
  CHECK(outcome_of([&] { keychain.find(key); }) == expected);
  CHECK(outcome_of([&] { keychain.store(key, "label", Secret{"text"}); }) == expected);
  CHECK(outcome_of([&] { keychain.remove(key); }) == expected);
  CHECK(outcome_of([&] { keychain.list(); }) == expected);
}

struct StateAndDetail {
  KeychainState state;
  std::string detail;

  friend bool operator==(const StateAndDetail&, const StateAndDetail&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const StateAndDetail& value) {
  return out << static_cast<int>(value.state) << " " << value.detail;
}

inline StateAndDetail state_of(const KeychainError& error) {
  return {error.state(), error.what()};
}

inline StateAndDetail state_of(Keychain& keychain) {
  std::string detail;
  const auto state = keychain.state(&detail);
  return {state, detail};
}

// Standard output of a shell command.
[[nodiscard]] std::string output_of(const std::string& command);
// The content of a file of this process; empty if there is none.
[[nodiscard]] std::string content_of(const std::string& path);
// The process behind a name on the session bus.
[[nodiscard]] pid_t owner_of(const std::string& bus_name);

// Stops a process (SIGSTOP) for as long as this lives.
class Frozen {
public:
  explicit Frozen(pid_t process);
  ~Frozen() { thaw(); }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;
  void thaw();
  void kill();

private:
  pid_t m_process;
};

} // namespace chutes::on_linux
