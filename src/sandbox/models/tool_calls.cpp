#include "sandbox/models/tool_calls.hpp"

#include "sandbox/models/schema_example.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::sandbox {
namespace {

const Json* function_of(const Json& tool) {
  const Json* function = find_field(tool, "function");
  return function != nullptr && function->is_object() ? function : nullptr;
}

std::string name_of(const Json& tool) {
  const Json* function = function_of(tool);
  return function == nullptr ? std::string{} : string_field(*function, "name").value_or("");
}

const Json* tools_of(const Json& request) {
  const Json* tools = find_field(request, "tools");
  return tools != nullptr && tools->is_array() && !tools->empty() ? tools : nullptr;
}

// "none", "auto", "required", or the name of a function in `named`; nothing if the choice has none of these
// forms.
struct ToolChoice {
  std::string mode;
  std::string named;
};

std::optional<ToolChoice> choice_of(const Json& request) {
  const Json* choice = find_field(request, "tool_choice");
  if (choice == nullptr || choice->is_null())
    return ToolChoice{"auto", {}};
  if (const auto mode = string_field(request, "tool_choice")) {
    const bool known = *mode == "none" || *mode == "auto" || *mode == "required";
    return known ? std::optional{ToolChoice{*mode, {}}} : std::nullopt;
  }
  const auto name = name_of(*choice);
  return name.empty() ? std::nullopt : std::optional{ToolChoice{"named", name}};
}

std::optional<Json> example_arguments(const Json& tool, const std::string& question) {
  const Json* parameters = find_field(*function_of(tool), "parameters");
  if (parameters == nullptr || parameters->is_null())
    return Json::object();
  return example_of_schema(*parameters, question);
}

std::optional<std::string> refused_tool(const Json& tool) {
  const auto name = name_of(tool);
  if (string_field(tool, "type") != "function")
    return "tools: type: Input should be 'function'";
  if (name.empty())
    return "tools: function: name: Field required";
  const auto arguments = example_arguments(tool, "");
  if (!arguments || !arguments->is_object())
    return "tools: function '" + name + "': the parameters match no object";
  return std::nullopt;
}

std::vector<const Json*> wanted_tools(const Json& tools, const ToolChoice& choice,
                                      const std::string& question, bool all) {
  std::vector<const Json*> named;
  std::vector<const Json*> offered;
  offered.reserve(tools.size());
  for (const auto& tool : tools) {
    const auto name = name_of(tool);
    offered.push_back(&tool);
    if (choice.named.empty() ? question.find(name) != std::string::npos : name == choice.named)
      named.push_back(&tool);
  }
  if (named.empty() && !all)
    offered.resize(1);
  return named.empty() ? offered : named;
}

} // namespace

std::optional<std::string> tools_refusal(const Json& request) {
  const Json* tools = find_field(request, "tools");
  if (tools != nullptr && !tools->is_null() && !tools->is_array())
    return "tools: Input should be a valid list";
  const auto choice = choice_of(request);
  if (!choice)
    return "tool_choice: Input should be 'none', 'auto', 'required' or a function";
  tools = tools_of(request);
  if (tools == nullptr)
    return choice->mode == "none" || choice->mode == "auto"
               ? std::nullopt
               : std::optional<std::string>{"tools must not be empty with this tool_choice"};
  for (const auto& tool : *tools)
    if (auto refused = refused_tool(tool))
      return refused;
  const bool exists =
      choice->named.empty() || std::any_of(tools->begin(), tools->end(),
                                           [&](const Json& tool) { return name_of(tool) == choice->named; });
  return exists ? std::nullopt : std::optional{"Tool '" + choice->named + "' not found in tools list."};
}

std::vector<FunctionCall> function_calls(const Json& request, const std::string& question, bool answered) {
  const Json* tools = tools_of(request);
  const auto choice = choice_of(request);
  if (tools == nullptr || !choice || choice->mode == "none" || (choice->mode == "auto" && answered))
    return {};
  const auto parallel = bool_field(request, "parallel_tool_calls");
  auto wanted = wanted_tools(*tools, *choice, question, parallel == true);
  if (parallel == false)
    wanted.resize(1);
  std::vector<FunctionCall> calls;
  calls.reserve(wanted.size());
  for (const Json* tool : wanted)
    calls.push_back({name_of(*tool), json_line(example_arguments(*tool, question).value_or(Json::object()))});
  return calls;
}

} // namespace chutes::sandbox
