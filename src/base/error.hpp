// The only exception of this program: a failure that ends the command. What a caller decides about (nothing
// stored, refresh refused, any HTTP status) is a value instead. `cli::run` catches it and reports it.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

namespace chutes {

// The closed list of ways a command can end; cli/exit_code.hpp gives each its number and its documented name.
enum class ErrorKind {
  internal,          // a defect or unforeseen failure
  usage,             // the command line, a configuration file or an input file is wrong
  sign_in_needed,    // nothing stored, or the refresh token was refused
  not_authorized,    // declined in the browser, not answered in time, or the answer could not be trusted
  network,           // name, connection, TLS, timeout
  service,           // the service refused or answered nonsense
  keychain,          // locked, absent or failing
  file,              // a private file, its directory or a store's file cannot be used
  forbidden,         // the credential lacks a scope or right
  limit,             // balance, quota or rate limit
  incomplete,        // the answer ended early
  different,         // a comparison found differences
  cannot_execute,    // the program to become is there and cannot be run
  command_not_found, // the program to become is not there
  interrupted,       // SIGINT
  reader_gone,       // the reader of standard output closed it
  terminated,        // SIGTERM or SIGHUP
};

// Whether stored secrets cannot be reached, whatever kind of store they are in.
[[nodiscard]] constexpr bool is_store_failure(ErrorKind kind) {
  return kind == ErrorKind::keychain || kind == ErrorKind::file;
}

// `what()` is one sentence for the user without final period, without program name and without any secret.
// `hint()` is the next step to take, may be empty.
class Error : public std::runtime_error {
public:
  Error(ErrorKind kind, const std::string& message, std::string hint = {})
      : std::runtime_error(message), m_kind(kind), m_hint(std::move(hint)) {}

  [[nodiscard]] ErrorKind kind() const { return m_kind; }
  [[nodiscard]] const std::string& hint() const { return m_hint; }

  // HTTP status and request id of the answer that caused the failure, where there was one.
  [[nodiscard]] std::optional<int> status() const { return m_status; }
  [[nodiscard]] const std::string& request_id() const { return m_request_id; }
  Error& with_status(int status) {
    m_status = status;
    return *this;
  }
  Error& with_request_id(std::string id) {
    m_request_id = std::move(id);
    return *this;
  }

  // Whether it is certain that no byte of the request left, so that the server cannot have acted on it.
  [[nodiscard]] bool nothing_sent() const { return m_nothing_sent; }
  Error& with_nothing_sent() {
    m_nothing_sent = true;
    return *this;
  }

private:
  ErrorKind m_kind;
  std::string m_hint;
  std::optional<int> m_status;
  std::string m_request_id;
  bool m_nothing_sent = false;
};

} // namespace chutes
