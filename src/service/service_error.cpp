#include "service/service_error.hpp"

#include "base/ascii.hpp"
#include "base/json_fields.hpp"
#include "base/terminal_text.hpp"
#include "base/time_text.hpp"
#include "service/retry_policy.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {
namespace {

constexpr std::size_t longest_detail = 300;
constexpr std::string_view needs_scope = "use a credential with the scope ";
constexpr std::string_view no_chute = "No matching chute found!";
constexpr std::string_view no_cord = "No matching cord found!";

// "body.name" of ["body", "name"]; empty if there is no location.
std::string location_of(const Json& item) {
  std::vector<std::string> parts;
  if (const Json* loc = find_field(item, "loc"); loc != nullptr && loc->is_array())
    for (const auto& part : *loc)
      parts.push_back(part.is_string() ? part.get<std::string>() : json_line(part));
  return join(parts, ".");
}

// FastAPI's validation errors: "body.name: Field required; …". Omits `input`, which may hold a secret.
std::string validation_text(const Json& items) {
  std::vector<std::string> problems;
  for (const auto& item : items) {
    const auto location = location_of(item);
    if (const auto message = string_field(item, "msg"))
      problems.push_back((location.empty() ? "" : location + ": ") + *message);
  }
  return join(problems, "; ");
}

// A reason: a string, the list of a 422, or an object with a `message` (an engine's error is one level
// deeper).
std::string text_of(const Json& value) {
  if (value.is_string())
    return value.get<std::string>();
  if (value.is_array())
    return validation_text(value);
  if (auto message = string_field(value, "message"))
    return std::move(*message);
  const Json* nested = find_field(value, "error");
  return nested != nullptr && nested->is_string() ? nested->get<std::string>()
         : nested != nullptr                      ? string_field(*nested, "message").value_or("")
                                                  : "";
}

std::string hint_for_forbidden(const std::string& detail, std::string_view scope) {
  if (detail.find("scope") == std::string::npos && detail.find("permission") == std::string::npos)
    return "this account is not allowed to do this";
  std::string hint{needs_scope};
  hint += scope.empty() ? "SCOPE" : scope;
  return hint;
}

// A 402 may say when the quota resets (`detail.quota_reset_timestamp`).
std::string hint_for_payment(const std::string& body) {
  const auto document = parse_json(body);
  const Json* detail = document ? find_field(*document, "detail") : nullptr;
  const auto text = detail != nullptr ? string_field(*detail, "quota_reset_timestamp") : std::nullopt;
  const auto reset = text ? parse_time(*text) : std::nullopt;
  return "top up the account, or wait until the quota resets" +
         (reset ? " at " + rfc3339(*reset) : std::string{}) + "; 'chutes-login balance' shows both";
}

// When to try again: what the service asks for, else `otherwise`.
std::string hint_for_later(const HttpResponse& response, const char* otherwise) {
  const auto pause = retry_after(response, std::nullopt);
  const bool sensible = pause && pause->count() > 0 && *pause <= std::chrono::hours{24 * 7};
  return sensible ? "try again in " + duration_text(*pause) : otherwise;
}

std::string hint_for(const HttpResponse& response, const std::string& detail, std::string_view scope) {
  switch (response.status) {
  case 402:
    return hint_for_payment(response.body);
  case 403:
    return hint_for_forbidden(detail, scope);
  case 404:
    return detail == no_chute  ? "check the name of the chute, CHUTES_HOST_TEMPLATE and CHUTES_LLM_URL"
           : detail == no_cord ? "check the path, the method, CHUTES_HOST_TEMPLATE, and that CHUTES_LLM_URL "
                                 "does not end in /v1"
                               : "check the name; names are case-sensitive";
  case 429:
    return hint_for_later(response, "try again in a minute");
  default:
    return response.status >= 500 ? hint_for_later(response, "try again later") : "";
  }
}

ErrorKind kind_of(int status) {
  switch (status) {
  case 401:
    return ErrorKind::sign_in_needed;
  case 403:
    return ErrorKind::forbidden;
  case 402:
  case 429:
    return ErrorKind::limit;
  default:
    return ErrorKind::service;
  }
}

} // namespace

std::string error_detail(const std::string& body) {
  const auto document = parse_json(body);
  if (!document) {
    const bool html = body.find('<') != std::string::npos;
    constexpr std::size_t longest_plain_text = 200;
    return html || body.size() > longest_plain_text ? "" : one_line(body, longest_detail);
  }
  return detail_of(*document);
}

std::string detail_of(const Json& document) {
  if (const Json* detail = find_field(document, "detail"))
    return one_line(text_of(*detail), longest_detail);
  if (const Json* error = find_field(document, "error")) {
    const auto description = string_field(document, "error_description");
    return one_line(text_of(*error) + (description ? ": " + *description : ""), longest_detail);
  }
  return one_line(string_field(document, "message").value_or(""), longest_detail);
}

std::optional<std::string> missing_scope(const Error& error) {
  const auto& hint = error.hint();
  return hint.starts_with(needs_scope) ? std::optional{hint.substr(needs_scope.size())} : std::nullopt;
}

bool is_missing_route(const HttpResponse& response) {
  return (response.status == 401 && error_detail(response.body) == "Authentication required.") ||
         (response.status == 404 && error_detail(response.body) == no_chute);
}

bool is_unmatched_invocation(const HttpResponse& response) {
  const auto detail = error_detail(response.body);
  return response.status == 404 && (detail == no_chute || detail == no_cord);
}

Error missing_route_error(const HttpResponse& response, std::string_view action) {
  return Error{ErrorKind::service,
               "the service refused to " + std::string{action} + ": it does not serve this address",
               address_hint}
      .with_status(response.status);
}

Error service_error(const HttpResponse& response, std::string_view action, std::string_view scope) {
  if (scope != invocation_scope && is_missing_route(response))
    return missing_route_error(response, action);
  const auto detail = error_detail(response.body);
  const std::string reason = detail.empty() ? "status " + std::to_string(response.status) : detail;
  const std::string outcome = response.status >= 500 ? "the service failed to " : "the service refused to ";
  Error error{kind_of(response.status), outcome + std::string{action} + ": " + reason,
              hint_for(response, detail, scope)};
  error.with_status(response.status);
  if (const auto id = response.header("X-Chutes-InvocationID"))
    error.with_request_id(one_line(*id, 100));
  return error;
}

} // namespace chutes::service
