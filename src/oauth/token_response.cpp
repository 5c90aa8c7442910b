#include "oauth/token_response.hpp"

#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "base/terminal_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace chutes::oauth {
namespace {

// A parsed answer whose texts are wiped when it goes away.
class WipedDocument {
public:
  explicit WipedDocument(std::optional<Json> document) : m_document(std::move(document)) {}
  ~WipedDocument() {
    if (m_document && m_document->is_object())
      for (auto& member : *m_document)
        if (member.is_string())
          wipe(member.get_ref<std::string&>());
  }
  WipedDocument(const WipedDocument&) = delete;
  WipedDocument& operator=(const WipedDocument&) = delete;

  [[nodiscard]] bool is_json() const { return m_document.has_value(); }
  [[nodiscard]] bool is_object() const { return m_document && m_document->is_object(); }
  [[nodiscard]] const Json& get() const { return *m_document; }

private:
  std::optional<Json> m_document;
};

constexpr std::size_t longest_token = 16384;                      // bytes; an ID token may be long
constexpr std::int64_t longest_lifetime = 10LL * 365 * 24 * 3600; // seconds; more is taken for a mistake

Error nonsense(const HttpResponse& response, const std::string& what) {
  return Error{ErrorKind::service, "the token endpoint " + what,
               "try again; if it stays so, the service is out of order"}
      .with_status(response.status);
}

Error too_often(const HttpResponse& response) {
  return Error{ErrorKind::limit, "the token endpoint was asked too often", "wait a minute, then try again"}
      .with_status(response.status);
}

bool looks_like_html(const std::string& body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  return first != std::string::npos && body[first] == '<';
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
    throw nonsense(response, std::string{"sent a malformed "} + name);
  return Secret{std::move(*text)};
}

std::optional<std::chrono::seconds> lifetime(const HttpResponse& response, const Json& document) {
  const Json* field = find_field(document, "expires_in");
  if (field == nullptr || field->is_null())
    return std::nullopt;
  const auto seconds = integer_field(document, "expires_in");
  if (!seconds || *seconds < 0 || *seconds > longest_lifetime)
    throw nonsense(response, "sent a malformed expires_in");
  return std::chrono::seconds{*seconds};
}

std::optional<Scope> granted_scope(const HttpResponse& response, const Json& document) {
  const Json* field = find_field(document, "scope");
  if (field == nullptr || field->is_null())
    return std::nullopt;
  const auto text = string_field(document, "scope");
  if (!text)
    throw nonsense(response, "sent a malformed scope");
  return parse_scope(*text);
}

bool is_bearer(std::string type) {
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type == "bearer";
}

TokenResponse read_tokens(const HttpResponse& response, const Json& document) {
  if (!is_bearer(string_field(document, "token_type").value_or("")))
    throw nonsense(response, "sent a token that is not of type Bearer");
  auto access_token = optional_token(response, document, "access_token");
  if (!access_token)
    throw nonsense(response, "sent no access token");
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
    throw nonsense(response, "failed with status " + std::to_string(response.status));
  if (response.status / 100 == 3)
    throw nonsense(response, "redirected elsewhere, which is never followed");
  if (response.status == 429)
    throw too_often(response);
  const WipedDocument parsed{parse_json(response.body)};
  if (!parsed.is_json())
    throw nonsense(response, looks_like_html(response.body) ? "answered with HTML instead of JSON"
                                                            : "answered with something that is not JSON");
  if (!parsed.is_object())
    throw nonsense(response, "answered with JSON that is not an object");
  const Json& document = parsed.get();
  if (response.status / 100 == 2)
    return read_tokens(response, document);
  const auto error = string_field(document, "error");
  if (!error)
    throw nonsense(response,
                   "answered with status " + std::to_string(response.status) + " and no error code");
  constexpr std::size_t longest_text = 200;
  return TokenRefusal{response.status, one_line(*error, longest_text),
                      one_line(string_field(document, "error_description").value_or(""), longest_text)};
}

} // namespace chutes::oauth
