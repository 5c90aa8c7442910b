// What one check of `doctor` found, in one of four words.
#pragma once

#include "service/diagnostic.hpp"

#include <string>

namespace chutes::cli::doctor {

[[nodiscard]] Diagnostic ok(std::string check, std::string detail);
[[nodiscard]] Diagnostic warning(std::string check, std::string detail, std::string hint);
[[nodiscard]] Diagnostic failed(std::string check, std::string detail, std::string hint, ErrorKind kind);
[[nodiscard]] Diagnostic skipped(std::string check, std::string detail);

// A failure as a finding. A signal's is no finding and is thrown on.
[[nodiscard]] Diagnostic failed(std::string check, const Error& error);

} // namespace chutes::cli::doctor
