// What one check of `doctor` found, in one of four words.
#pragma once

#include "service/finding.hpp"

#include <string>

namespace chutes::cli::doctor {

[[nodiscard]] Finding ok(std::string check, std::string detail);
[[nodiscard]] Finding warning(std::string check, std::string detail, std::string hint);
[[nodiscard]] Finding failed(std::string check, std::string detail, std::string hint, ErrorKind kind);
[[nodiscard]] Finding skipped(std::string check, std::string detail);

// A failure as a finding. A signal's is no finding and is thrown on.
[[nodiscard]] Finding failed(std::string check, const Error& error);

} // namespace chutes::cli::doctor
