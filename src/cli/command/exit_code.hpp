// The exit codes, which scripts rely on: one table for the program, its help and its tests.
#pragma once

#include "base/error.hpp"

#include <array>

namespace chutes::cli {

struct ExitCode {
  int code;
  ErrorKind kind;
  const char* name;    // as in JSON errors and the manual
  const char* meaning; // one line
};

inline constexpr std::array<ExitCode, 16> exit_codes{{
    {1, ErrorKind::internal, "internal", "an internal error"},
    {2, ErrorKind::usage, "usage", "the command line, a configuration file or an input file is wrong"},
    {3, ErrorKind::sign_in_needed, "sign_in_needed", "not signed in, or the refresh token was refused"},
    {4, ErrorKind::not_authorized, "not_authorized",
     "declined in the browser, timed out, or the response could not be trusted"},
    {5, ErrorKind::network, "network", "name, connection, TLS or timeout"},
    {6, ErrorKind::service, "service", "the service refused the request or sent an invalid response"},
    {7, ErrorKind::keychain, "keychain", "the keychain is locked, absent or failing"},
    {8, ErrorKind::forbidden, "forbidden", "the credential lacks a scope or right"},
    {9, ErrorKind::limit, "limit", "balance, quota or rate limit"},
    {10, ErrorKind::incomplete, "incomplete", "the answer ended early, or lines of a batch failed"},
    {11, ErrorKind::different, "different", "a comparison found differences"},
    {126, ErrorKind::cannot_execute, "cannot_execute", "the command given to exec cannot be run"},
    {127, ErrorKind::command_not_found, "command_not_found", "the command given to exec was not found"},
    {130, ErrorKind::interrupted, "interrupted", "interrupted (SIGINT)"},
    {141, ErrorKind::reader_gone, "reader_gone", "the reader of standard output closed it early"},
    {143, ErrorKind::terminated, "terminated", "terminated (SIGTERM, SIGHUP)"},
}};

// A file that cannot be used counts as the keychain it stands in for.
[[nodiscard]] constexpr const ExitCode& exit_code(ErrorKind kind) {
  if (kind == ErrorKind::file)
    kind = ErrorKind::keychain;
  for (const auto& row : exit_codes)
    if (row.kind == kind)
      return row;
  return exit_codes[0];
}

} // namespace chutes::cli
