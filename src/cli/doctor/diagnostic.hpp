// Makes the result of a check: ok, warning, failed or skipped.
#pragma once

#include "service/diagnostic.hpp"

#include <string>

namespace chutes::cli::doctor {

[[nodiscard]] Diagnostic ok(std::string check, std::string detail);
[[nodiscard]] Diagnostic warning(std::string check, std::string detail, std::string hint);
[[nodiscard]] Diagnostic failed(std::string check, std::string detail, std::string hint, ErrorKind kind);
[[nodiscard]] Diagnostic skipped(std::string check, std::string detail);

// Returns an error as a failed check. Rethrows the Error of a signal.
[[nodiscard]] Diagnostic failed(std::string check, const Error& error);

} // namespace chutes::cli::doctor
