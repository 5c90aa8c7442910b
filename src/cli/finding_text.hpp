// The findings of a command that walks through a setup: a line each, or a JSON array; and how it ends.
#pragma once

#include "base/finding.hpp"
#include "cli/context.hpp"

#include <vector>

namespace chutes::cli {

// "ok", "warning", "failed" or "skipped", the check and what was found, with what mends it below.
[[nodiscard]] std::string findings_text(const std::vector<Finding>& findings, bool colour);
// Objects of check, result, detail and, where there is one, hint.
[[nodiscard]] Json findings_json(const std::vector<Finding>& findings);

// Throws an Error of the first failed finding's kind, unless nothing failed.
void throw_if_failed(const std::vector<Finding>& findings);

} // namespace chutes::cli
