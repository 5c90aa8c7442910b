// What one check of several came to, for commands that walk through a setup and say what they found.
#pragma once

#include "base/error.hpp"

#include <string>

namespace chutes {

enum class Verdict { ok, warning, failed, skipped };

struct Diagnostic {
  std::string check; // what was looked at, as a JSON name
  Verdict verdict = Verdict::ok;
  std::string detail;                // a phrase for people, without any secret
  std::string hint{};                // what mends it; empty where nothing has to be
  ErrorKind kind = ErrorKind::usage; // failed: what a command that ends with it ends as

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

} // namespace chutes
