#include "sandbox/models/structured_output.hpp"

#include "sandbox/models/schema_example.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace chutes::sandbox {
namespace {

const Json* format_of(const Json& request) {
  const Json* format = find_field(request, "response_format");
  return format != nullptr && format->is_object() ? format : nullptr;
}

const Json* schema_of(const Json& format) {
  const Json* wrapped = find_field(format, "json_schema");
  return wrapped == nullptr ? nullptr : find_field(*wrapped, "schema");
}

bool has_text(const Json& object, std::string_view name) {
  return !string_field(object, name).value_or("").empty();
}

bool has_pattern(const Json& schema) {
  constexpr std::array searched{
      "properties", "items", "additionalProperties", "allOf", "anyOf", "oneOf", "not", "if", "then", "else"};
  if (!schema.is_object())
    return false;
  if (find_field(schema, "pattern") != nullptr)
    return true;
  return std::any_of(searched.begin(), searched.end(), [&schema](const char* name) {
    const Json* within = find_field(schema, name);
    if (within == nullptr)
      return false;
    return within->is_array() ? std::any_of(within->begin(), within->end(), has_pattern)
                              : has_pattern(*within);
  });
}

} // namespace

std::optional<std::string> regex_refusal(const Json& request) {
  const Json* outputs = find_field(request, "structured_outputs");
  if (has_text(request, "guided_regex") || (outputs != nullptr && has_text(*outputs, "regex")))
    return "Regex-based structured output is temporarily disabled.";
  const Json* format = format_of(request);
  const Json* schema = format == nullptr ? nullptr : schema_of(*format);
  if (schema != nullptr && has_pattern(*schema))
    return "Regex-based structured output (JSON schema 'pattern' fields) is temporarily disabled.";
  return std::nullopt;
}

std::optional<std::string> format_refusal(const Json& request) {
  const Json* format = find_field(request, "response_format");
  if (format == nullptr || format->is_null())
    return std::nullopt;
  const auto type = string_field(*format, "type").value_or("");
  if (type == "text" || type == "json_object")
    return std::nullopt;
  if (type != "json_schema")
    return "response_format: type: Input should be 'text', 'json_object' or 'json_schema'";
  const Json* schema = schema_of(*format);
  if (schema == nullptr)
    return "response_format: json_schema: schema: Field required";
  return example_of_schema(*schema, "")
             ? std::nullopt
             : std::optional<std::string>{"response_format: no value matches the schema"};
}

std::optional<std::string> structured_answer(const Json& request, const std::string& text) {
  const Json* format = format_of(request);
  const auto type = format == nullptr ? std::string{"text"} : string_field(*format, "type").value_or("text");
  if (type == "json_object")
    return json_line({{"answer", text}});
  if (type != "json_schema")
    return std::nullopt;
  return json_line(example_of_schema(*schema_of(*format), text).value_or(Json{}));
}

} // namespace chutes::sandbox
