#include "oauth/token_response.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "base/terminal_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::oauth {
namespace {

constexpr std::size_t longest_token = 16384;                      // bytes; an ID token may be long
constexpr std::int64_t longest_lifetime = 10LL * 365 * 24 * 3600; // seconds; more is a mistake

Error invalid(const HttpResponse& response, const std::string& what) {
  return Error{ErrorKind::service, "the token endpoint " + what,
               "try again; if that does not help, the service is out of order"}
      .with_status(response.status);
}

Error too_many_requests(const HttpResponse& response) {
  return Error{ErrorKind::limit, "too many requests to the token endpoint", "wait a minute, then try again"}
      .with_status(response.status);
}

bool looks_like_html(const std::string& body) {
  return trim(body).starts_with('<');
}

// A token is visible ASCII (RFC 6749 appendix A.12): anything else could not be sent in a header anyway.
bool is_token_text(const std::string& text) {
  return !text.empty() && text.size() <= longest_token &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::optional<Secret> optional_token(const HttpResponse& response, const Json& document, const char* name) {
  const Json* field = find_field(document, name);
  if (field == nullptr || field->is_null())
    return std::nullopt;
  auto text = string_field(document, name);
  if (!text || !is_token_text(*text))
    throw invalid(response, std::string{"sent a malformed "} + name);
  return Secret{std::move(*text)};
}

std::optional<std::chrono::seconds> lifetime(const HttpResponse& response, const Json& document) {
  const Json* field = find_field(document, "expires_in");
  if (field == nullptr || field->is_null())
    return std::nullopt;
  const auto seconds = integer_field(document, "expires_in");
  if (!seconds || *seconds < 0 || *seconds > longest_lifetime)
    throw invalid(response, "sent a malformed expires_in");
  return std::chrono::seconds{*seconds};
}

std::optional<Scope> granted_scope(const HttpResponse& response, const Json& document) {
  const Json* field = find_field(document, "scope");
  if (field == nullptr || field->is_null())
    return std::nullopt;
  const auto text = string_field(document, "scope");
  if (!text)
    throw invalid(response, "sent a malformed scope");
  return parse_scope(*text);
}

TokenResponse read_tokens(const HttpResponse& response, const Json& document) {
  if (!equals_ignoring_case(string_field(document, "token_type").value_or(""), "bearer"))
    throw invalid(response, "sent a token that is not of type Bearer");
  auto access_token = optional_token(response, document, "access_token");
  if (!access_token)
    throw invalid(response, "sent no access token");
  return {std::move(*access_token),
          optional_token(response, document, "refresh_token"),
          lifetime(response, document),
          granted_scope(response, document),
          optional_token(response, document, "id_token"),
          response.date()};
}

} // namespace

TokenAnswer read_token_answer(const HttpResponse& response) {
  if (response.status >= 500)
    throw invalid(response, "failed with status " + std::to_string(response.status));
  if (response.status / 100 == 3)
    throw invalid(response, "sent a redirect, which is never followed");
  if (response.status == 429)
    throw too_many_requests(response);
  const auto parsed = parse_json(response.body);
  if (!parsed)
    throw invalid(response, looks_like_html(response.body) ? "sent HTML instead of JSON"
                                                           : "sent something that is not JSON");
  if (!parsed->is_object())
    throw invalid(response, "sent JSON that is not an object");
  const Json& document = *parsed;
  if (response.status / 100 == 2)
    return read_tokens(response, document);
  const auto error = string_field(document, "error");
  if (!error)
    throw invalid(response, "answered with status " + std::to_string(response.status) + " and no error code");
  constexpr std::size_t longest_text = 200;
  return TokenRefusal{response.status, one_line(*error, longest_text),
                      one_line(string_field(document, "error_description").value_or(""), longest_text)};
}

} // namespace chutes::oauth
