#include "cli/http/redaction.hpp"

#include "base/ascii.hpp"
#include "base/form.hpp"
#include "base/json_fields.hpp"
#include "cli/http/secret_encodings.hpp"
#include "oauth/client_credentials.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace chutes::cli {
namespace {

constexpr std::array<std::string_view, 7> secret_headers{
    "authorization", "proxy-authorization", "cookie",     "set-cookie",
    "x-api-key",     "x-chutes-signature",  "x-e2e-nonce"};
constexpr std::array<std::string_view, 14> secret_fields{
    "token", "access_token", "refresh_token", "id_token",   "client_secret", "code",       "code_verifier",
    "state", "api_key",      "password",      "passphrase", "secret_key",    "session_id", "fingerprint"};
constexpr std::array<std::string_view, 4> credential_prefixes{"cak_", "crt_", "csc_", "cpk_"};

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), lower(name)) != names.end();
}

bool belongs_to_token(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}

// The length of the credential of the service, or the JSON Web Token, at the front of `text`; 0 if there is
// none. Reads only a few bytes if none begins there.
std::size_t credential_length(std::string_view text) {
  const auto front = text.substr(0, 4);
  if (!front.starts_with("eyJ") &&
      std::find(credential_prefixes.begin(), credential_prefixes.end(), front) == credential_prefixes.end())
    return 0;
  std::size_t length = 0;
  while (length < text.size() && belongs_to_token(text[length]))
    ++length;
  const auto word = text.substr(0, length);
  for (const auto prefix : credential_prefixes)
    if (word.starts_with(prefix) && word.size() > prefix.size())
      return length;
  const bool is_jwt = word.starts_with("eyJ") && std::count(word.begin(), word.end(), '.') >= 2;
  return is_jwt ? length : 0;
}

std::string without_credentials(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    if (const auto length = credential_length(text); length > 0) {
      shown += redacted;
      text.remove_prefix(length);
      continue;
    }
    // Only at the start of a word: "cak_" in the middle of one is not a credential.
    do {
      shown += text.front();
      text.remove_prefix(1);
    } while (!text.empty() && belongs_to_token(shown.back()) && belongs_to_token(text.front()) &&
             credential_length(text) == 0);
  }
  return shown;
}

void replace_all(std::string& text, const std::string& value) {
  for (auto at = text.find(value); at != std::string::npos;
       at = text.find(value, at + std::string_view{redacted}.size()))
    text.replace(at, value.size(), redacted);
}

// Every string and number below a secret name, however deep.
template <typename Visit>
void visit_values(Json& json, const Visit& visit) {
  if (json.is_structured())
    for (auto& item : json)
      visit_values(item, visit);
  else if (json.is_string() || json.is_number())
    visit(json);
}

template <typename Visit>
void visit_secrets(Json& json, const Visit& visit) {
  if (json.is_array())
    for (auto& item : json)
      visit_secrets(item, visit);
  if (!json.is_object())
    return;
  for (auto& item : json.items()) {
    if (is_one_of(secret_fields, item.key()))
      visit_values(item.value(), visit);
    else
      visit_secrets(item.value(), visit);
  }
}

// The length of an event stream's field name at the front of a line; its data may be JSON.
std::size_t event_field(std::string_view line) {
  constexpr std::string_view data = "data:";
  if (!line.starts_with(data))
    return 0;
  return std::min(line.find_first_not_of(' ', data.size()), line.size());
}

// "name=value&name=value" without the values of secret names; leaves other text as it is.
std::string without_form_secrets(std::string_view form) {
  std::string shown;
  while (!form.empty()) {
    const auto end = std::min(form.find_first_of("&?# \n"), form.size());
    const auto piece = form.substr(0, end);
    const auto equals = piece.find('=');
    const bool secret = equals != std::string_view::npos &&
                        is_one_of(secret_fields, percent_decode(piece.substr(0, equals)).value_or(""));
    shown += secret ? std::string{piece.substr(0, equals + 1)} + redacted : std::string{piece};
    if (end < form.size())
      shown += form[end];
    form.remove_prefix(std::min(end + 1, form.size()));
  }
  return shown;
}

} // namespace

void Redactor::learn_value(const std::string& value) {
  constexpr std::size_t shortest = 8; // bytes; "true" must not vanish from everything
  if (value.size() < shortest)
    return;
  for (const auto& form : secret_encodings(value))
    if (std::find(m_values.begin(), m_values.end(), form) == m_values.end())
      m_values.push_back(form);
  std::sort(m_values.begin(), m_values.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

void Redactor::learn_form(std::string_view form) {
  const auto fields = parse_form(form);
  if (!fields)
    return;
  for (const auto& [name, value] : *fields)
    if (is_one_of(secret_fields, name))
      learn_value(value);
}

void Redactor::learn_cookies(std::string_view pairs) {
  while (!pairs.empty()) {
    const auto end = std::min(pairs.find(';'), pairs.size());
    const auto pair = pairs.substr(0, end);
    learn_value(std::string{pair.substr(pair.find('=') + 1)}); // npos + 1 is 0
    pairs.remove_prefix(std::min(end + 1, pairs.size()));
  }
}

void Redactor::learn_body(std::string_view body) {
  body.remove_prefix(event_field(body));
  if (auto json = parse_json(body))
    visit_secrets(*json, [this](const Json& value) {
      learn_value(value.is_string() ? value.get<std::string>() : json_line(value));
    });
  else
    learn_form(body);
}

void Redactor::learn(const HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (!is_one_of(secret_headers, name))
      continue;
    if (lower(name) == "cookie")
      learn_cookies(value);
    learn_value(value.substr(value.rfind(' ') + 1)); // behind the scheme; npos + 1 is 0
    learn_value(oauth::secret_in_header(value).value_or(""));
  }
  learn_form(request.url.query.value_or(""));
  learn_body(request.body);
}

void Redactor::learn(const HttpResponse& response) {
  for (const auto& [name, value] : response.headers)
    if (lower(name) == "location" && value.find('?') != std::string::npos)
      learn_form(value.substr(value.find('?') + 1));
    else if (lower(name) == "set-cookie")
      learn_cookies(value.substr(0, value.find(';')));
  learn_body(response.body);
}

std::string Redactor::header(const std::string& name, const std::string& value) const {
  if (!is_one_of(secret_headers, name))
    return name + ": " + text(value);
  const auto space = value.find(' ');
  const bool has_scheme = lower(name).ends_with("authorization") && space != std::string::npos;
  return name + ": " + (has_scheme ? value.substr(0, space + 1) : "") + redacted;
}

std::string Redactor::text(std::string_view given) const {
  const auto field = event_field(given);
  std::string shown{given.substr(field)};
  if (auto json = parse_json(shown); json && (json->is_object() || json->is_array())) {
    bool found = false;
    visit_secrets(*json, [&](Json& value) {
      value = redacted;
      found = true;
    });
    if (found)
      shown = json_line(*json);
  } else {
    shown = without_form_secrets(shown);
  }
  shown.insert(0, given.substr(0, field));
  for (const auto& value : m_values)
    replace_all(shown, value);
  return without_credentials(shown);
}

} // namespace chutes::cli
