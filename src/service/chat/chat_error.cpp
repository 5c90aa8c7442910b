#include "service/chat/chat_error.hpp"

#include "base/ascii.hpp"
#include "base/json_text.hpp"
#include "base/lenient_json.hpp"
#include "base/terminal_text.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace chutes::service {
namespace {

constexpr std::size_t longest_reason = 300;
constexpr std::int64_t first_error_status = 400;
constexpr const char* no_reason = "no reason given";

// Whether a value is more than a way to write "none": null, false, 0, "", {}, [], or only those.
bool says_something(const Json& value) {
  if (value.is_structured())
    return std::any_of(value.begin(), value.end(), says_something);
  if (value.is_string())
    return !trim(value.get_ref<const std::string&>()).empty();
  return !value.is_null() && value != Json(false) && number_of(value) != 0.0;
}

bool says_something(const Json& object, const char* name) {
  const Json* value = find_field(object, name);
  return value != nullptr && says_something(*value);
}

bool has_choices(const Json& piece) {
  const Json* choices = find_field(piece, "choices");
  return choices != nullptr && !choices->empty();
}

bool has_error_status(const Json& piece) {
  constexpr std::array<const char*, 3> names{"code", "status", "status_code"};
  return std::any_of(names.begin(), names.end(), [&](const char* name) {
    return integer_field(piece, name).value_or(0) >= first_error_status;
  });
}

// The members that engines give the text of an error.
constexpr std::array<const char*, 5> error_texts{"error_message", "error_msg", "errmsg", "message", "msg"};
constexpr std::size_t most_certain_texts = 3; // the first of them are for nothing else

std::string message_of(const Json& piece) {
  for (const auto* name : error_texts)
    if (const auto text = string_field(piece, name); text && !trim(*text).empty())
      return one_line(*text, longest_reason);
  return "";
}

std::string reason_of(const Json& piece) {
  auto reason = detail_of(piece);
  if (reason.empty())
    reason = message_of(piece);
  for (const char* name : {"error", "errors"})
    if (reason.empty() && says_something(piece, name))
      reason = one_line(json_line(piece.at(name)), longest_reason);
  return reason.empty() ? no_reason : reason;
}

// Without its choices, which hold the answer.
bool is_error_alone(const Json& piece) {
  return says_something(piece, "detail") || (has_error_status(piece) && !message_of(piece).empty()) ||
         std::any_of(error_texts.begin(), error_texts.begin() + most_certain_texts,
                     [&](const char* name) { return says_something(piece, name); });
}

// Of a choice, or of what it holds.
const Json* failed_part(const Json& choice) {
  if (says_something(choice, "error"))
    return &choice;
  for (const char* name : {"delta", "message"})
    if (const Json* part = find_field(choice, name); part != nullptr && says_something(*part, "error"))
      return part;
  return nullptr;
}

} // namespace

std::optional<std::string> reported_error(const Json& piece) {
  if (says_something(piece, "error") || says_something(piece, "errors") ||
      string_field(piece, "object") == "error" || string_field(piece, "type") == "error" ||
      (!has_choices(piece) && is_error_alone(piece)))
    return reason_of(piece);
  if (const Json* choices = find_field(piece, "choices"); choices != nullptr && choices->is_array())
    for (const auto& choice : *choices)
      if (const Json* part = failed_part(choice))
        return reason_of(*part);
  return std::nullopt;
}

bool may_be_error(const Json& piece) {
  const Json* error = find_field(piece, "error");
  const bool has_empty_error = error != nullptr && !error->is_null() && *error != Json(false);
  const bool has_code = says_something(piece, "code") && !message_of(piece).empty();
  return (has_empty_error || has_code) && !has_choices(piece) && find_field(piece, "usage") == nullptr;
}

bool names_error(std::string_view event_name) {
  const auto name = lower(event_name);
  constexpr std::array<std::string_view, 3> words{"error", "exception", "fail"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

std::string reason_in(std::string_view data) {
  const auto document = parse_lenient_json(data);
  std::string reason;
  if (document && document->is_object())
    reason = detail_of(*document);
  if (reason.empty() && document ? says_something(*document) : !document.has_value())
    reason = one_line(document && document->is_string() ? document->get_ref<const std::string&>()
                                                        : std::string{trim(data)},
                      longest_reason);
  return reason.empty() ? no_reason : reason;
}

} // namespace chutes::service
