#include "cli/http/redacting_http_client.hpp"

#include "base/form.hpp"
#include "base/json_fields.hpp"
#include "cli/http/secret_encodings.hpp"
#include "oauth/client_credentials.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace chutes::cli {
namespace {

constexpr std::string_view placeholder = "(not shown)";
constexpr std::size_t shortest = 8; // bytes; shorter values are not credentials, and may be common words

constexpr std::array<std::string_view, 5> secret_fields{"code", "code_verifier", "client_secret",
                                                        "refresh_token", "token"};

void replace_all(std::string& text, std::string_view what) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + placeholder.size()))
    text.replace(at, what.size(), placeholder);
}

} // namespace

HttpResponse RedactingHttpClient::send(const HttpRequest& request) {
  remember_credentials(request);
  return without_credentials(m_inner.send(request));
}

HttpResponse RedactingHttpClient::stream(const HttpRequest& request, const HeadSink& on_head,
                                         const BodySink& sink) {
  remember_credentials(request);
  return without_credentials(m_inner.stream(request, on_head, sink));
}

void RedactingHttpClient::remember_credentials(const HttpRequest& request) {
  bool is_form = false;
  for (const auto& [name, value] : request.headers) {
    is_form = is_form || value == "application/x-www-form-urlencoded";
    if (name != "Authorization")
      continue;
    remember(value.substr(value.find(' ') + 1)); // RFC 9110 §11.4: a scheme, a space, the credential
    if (auto secret = oauth::secret_in_header(value))
      remember(std::move(*secret));
  }
  auto fields = is_form ? parse_form(request.body) : std::nullopt;
  if (!fields)
    return;
  for (auto& [name, value] : *fields) {
    if (std::find(secret_fields.begin(), secret_fields.end(), name) != secret_fields.end())
      remember(value);
    wipe(value);
  }
}

void RedactingHttpClient::remember(std::string credential) {
  Secret secret{std::move(credential)};
  const std::lock_guard guard{m_mutex};
  if (secret.reveal().size() >= shortest &&
      std::find(m_credentials.begin(), m_credentials.end(), secret) == m_credentials.end())
    m_credentials.push_back(std::move(secret));
}

HttpResponse RedactingHttpClient::without_credentials(HttpResponse response) const {
  if (response.status / 100 == 2)
    return response;
  if (const auto document = parse_json(response.body)) // whose strings may be escaped: "cak\u005f…"
    response.body = json_line(*document);
  remove_credentials(response.body);
  for (auto& [name, value] : response.headers)
    remove_credentials(value);
  return response;
}

Error RedactingHttpClient::without_credentials(const Error& error) const {
  std::string message = error.what();
  std::string hint = error.hint();
  std::string request_id = error.request_id();
  for (auto* text : {&message, &hint, &request_id})
    remove_credentials(*text);
  Error redacted{error.kind(), message, hint};
  if (const auto status = error.status())
    redacted.with_status(*status);
  return redacted.with_request_id(request_id);
}

void RedactingHttpClient::remove_credentials(std::string& text) const {
  const std::lock_guard guard{m_mutex};
  for (const auto& secret : m_credentials)
    for (const auto& form : secret_encodings(secret.reveal()))
      replace_all(text, form);
}

} // namespace chutes::cli
