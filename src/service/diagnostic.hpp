// The result of one check, for commands that run several checks and report each.
#pragma once

#include "base/error.hpp"

#include <string>

namespace chutes {

enum class Verdict { ok, warning, failed, skipped };

struct Diagnostic {
  std::string check; // the name of the check, as in JSON output
  Verdict verdict = Verdict::ok;
  std::string detail;                // for people; contains no secret
  std::string hint{};                // how to fix it; empty if there is nothing to fix
  ErrorKind kind = ErrorKind::usage; // of a failed check: the kind of error the command ends with

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

} // namespace chutes
