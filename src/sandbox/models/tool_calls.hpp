// The calls that the fake model makes of the functions a request offers (`tools`, `tool_choice`,
// `parallel_tool_calls`).
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::sandbox {

struct FunctionCall {
  std::string name;
  std::string arguments; // JSON that matches the function's parameters
};

// Returns why the engine rejects the tools or the choice among them, else nothing.
[[nodiscard]] std::optional<std::string> tools_refusal(const Json& request);

// Returns the calls that answer `question`: of the function that `tool_choice` names, else of those whose
// names occur in the question, else of the first one, or of all with an explicit `parallel_tool_calls`. None
// if `tool_choice` is "none", or by default if the tools have been `answered` already; only one if
// `parallel_tool_calls` is false. `request` must have passed tools_refusal.
[[nodiscard]] std::vector<FunctionCall> function_calls(const Json& request, const std::string& question,
                                                       bool answered);

} // namespace chutes::sandbox
