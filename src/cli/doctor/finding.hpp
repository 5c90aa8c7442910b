// What one check of `doctor` found: a line for people, an object for scripts.
#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>

namespace chutes::cli::doctor {

enum class Verdict {
  ok,
  warning, // things work, or would after one more step
  failed,
  skipped, // could not be looked at, because of an earlier failure
};

struct Finding {
  std::string check; // "keychain"
  Verdict verdict = Verdict::ok;
  std::string detail;                   // one sentence without final period
  std::string hint;                     // the command or the step that mends it; empty if there is none
  ErrorKind kind = ErrorKind::internal; // how a command that needs it would end, if it failed
};

// "ok", "warning", "failed", "skipped"
[[nodiscard]] const char* name_of(Verdict verdict);

[[nodiscard]] Finding ok(std::string check, std::string detail);
[[nodiscard]] Finding warning(std::string check, std::string detail, std::string hint);
[[nodiscard]] Finding failed(std::string check, std::string detail, std::string hint, ErrorKind kind);
[[nodiscard]] Finding skipped(std::string check, std::string detail);

// A failure as a finding. A signal's is no finding and is thrown on.
[[nodiscard]] Finding failed(std::string check, const Error& error);

} // namespace chutes::cli::doctor
