#include "cli/http/redaction.hpp"

#include "base/ascii.hpp"
#include "base/form.hpp"
#include "base/json_text.hpp"
#include "cli/http/secret_encodings.hpp"
#include "oauth/client_credentials.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace chutes::cli {
namespace {

constexpr std::array<std::string_view, 4> secret_headers{"cookie", "set-cookie", "x-chutes-signature",
                                                         "x-e2e-nonce"};
constexpr std::array<std::string_view, 5> secret_header_ends{"authorization", "token", "key", "secret",
                                                             "password"};
// Names of fields and members in lower case, without the signs between their words: "apiKey", "api-key" and
// "API_KEY" are one.
constexpr std::array<std::string_view, 8> secret_names{
    "code", "state", "authorizationcode", "sessionid", "fingerprint", "authorization", "cookie", "pwd"};
constexpr std::array<std::string_view, 11> secret_name_ends{
    "token",      "secret",    "password",     "passphrase", "apikey",    "privatekey",
    "signingkey", "secretkey", "codeverifier", "assertion",  "credential"};
// Also words of prose and of URLs: only "code=…" and "\"code\": …" are fields.
constexpr std::array<std::string_view, 4> common_words{"code", "state", "token", "cookie"};
constexpr std::array<std::string_view, 4> credential_prefixes{"cak_", "crt_", "csc_", "cpk_"};

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <std::size_t size>
bool ends_with_one_of(const std::array<std::string_view, size>& ends, std::string_view word) {
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return word.ends_with(end); });
}

bool is_secret_header(const std::string& name) {
  const auto plain = lower(name);
  return is_one_of(secret_headers, plain) || ends_with_one_of(secret_header_ends, plain);
}

std::string plain_name(std::string_view name) {
  auto plain = lower(name);
  std::erase_if(plain, [](char c) { return c == '_' || c == '-' || c == '.' || c == ' '; });
  return plain;
}

bool is_secret_name(std::string_view name) {
  const auto plain = plain_name(name);
  return is_one_of(secret_names, plain) || ends_with_one_of(secret_name_ends, plain);
}

// The character at the front of `text`, which may be escaped as in a URL ("%5F") or in JSON ("\u005f").
struct WrittenCharacter {
  char value = 0;
  std::size_t length = 0;
};

WrittenCharacter first_character(std::string_view text) {
  for (const std::string_view escape : {"%", "\\u00"}) {
    if (!text.starts_with(escape) || text.size() < escape.size() + 2)
      continue;
    unsigned value = 0;
    const char* digits = text.data() + escape.size();
    if (std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2)
      return {static_cast<char>(value), escape.size() + 2};
  }
  return text.empty() ? WrittenCharacter{} : WrittenCharacter{text.front(), 1};
}

bool belongs_to_token(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}

// The name or token at the front of `text`, at most `most` characters of it, and how long it is as written.
struct Word {
  std::string text;
  std::size_t length = 0;
};

Word first_word(std::string_view text, std::size_t most = std::string_view::npos) {
  Word word;
  while (word.text.size() < most) {
    const auto next = first_character(text.substr(word.length));
    if (!belongs_to_token(next.value))
      break;
    word.text += next.value;
    word.length += next.length;
  }
  return word;
}

// The length of the credential of the service, or the JSON Web Token, at the front of `text`; 0 if there is
// none. Reads only a few bytes if none begins there.
std::size_t credential_length(std::string_view text) {
  const auto front = first_word(text, 4).text;
  const bool maybe_jwt = front.starts_with("eyJ");
  if (!maybe_jwt && !is_one_of(credential_prefixes, front))
    return 0;
  const auto word = first_word(text);
  if (!maybe_jwt)
    return word.text.size() > front.size() ? word.length : 0;
  return std::count(word.text.begin(), word.text.end(), '.') >= 2 ? word.length : 0;
}

std::string without_credentials(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    if (const auto length = credential_length(text); length > 0) {
      shown += redacted;
      text.remove_prefix(length);
      continue;
    }
    shown += text.front();
    text.remove_prefix(1);
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
  else if (json.is_string() || is_number(json))
    visit(json);
}

// Calls `on_secret` for every value below a secret name, and `on_text` for every other string.
template <typename OnSecret, typename OnText>
void visit_json(Json& json, const OnSecret& on_secret, const OnText& on_text) {
  if (json.is_string())
    on_text(json);
  if (json.is_array())
    for (auto& item : json)
      visit_json(item, on_secret, on_text);
  if (json.is_object())
    for (auto& item : json.items()) {
      if (is_secret_name(item.key()))
        visit_values(item.value(), on_secret);
      else
        visit_json(item.value(), on_secret, on_text);
    }
}

// The length of an event stream's field name at the front of a line; its data may be JSON.
std::size_t event_field(std::string_view line) {
  constexpr std::string_view data = "data:";
  if (!line.starts_with(data))
    return 0;
  return std::min(line.find_first_not_of(' ', data.size()), line.size());
}

std::size_t end_of(std::string_view text, std::string_view what, std::size_t from) {
  return std::min(text.find(what, from), text.size());
}

// A part of a text.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The content of the XML element whose name `text` follows; absent if it is empty.
std::optional<Part> element_content(std::string_view text) {
  const auto close = end_of(text, ">", 0);
  if (close == text.size() || text.substr(0, close).ends_with('/'))
    return std::nullopt;
  return Part{close + 1, end_of(text, "</", close + 1)};
}

std::size_t after_spaces(std::string_view text, std::size_t from) {
  return std::min(text.find_first_not_of(" \t\r\n", from), text.size());
}

// The quotation mark at `at`, which may be escaped itself (JSON within JSON); empty if there is none.
std::string_view quote_at(std::string_view text, std::size_t at) {
  for (const std::string_view quote : {"\"", "'", "\\\"", "%22"})
    if (text.substr(at).starts_with(quote))
      return text.substr(at, quote.size());
  return {};
}

std::size_t end_of_quoted(std::string_view text, std::string_view quote, std::size_t from) {
  if (quote != "\"")
    return end_of(text, quote, from);
  while (from < text.size() && text[from] != '"')
    from += text[from] == '\\' ? 2 : 1;
  return std::min(from, text.size());
}

// The value that follows a field's name in `text`: `=abc`, `": "abc"`. Of an array or object it is all the
// rest, because what is read here has no known end.
std::optional<Part> field_value(std::string_view text, bool is_common_word) {
  const auto name_quote = quote_at(text, 0);
  const bool is_certain = !name_quote.empty() || !is_common_word;
  auto at = is_certain ? after_spaces(text, name_quote.size()) : 0;
  const auto sign = first_character(text.substr(std::min(at, text.size())));
  if (sign.value != '=' && !(sign.value == ':' && is_certain))
    return std::nullopt;
  at += sign.length;
  if (is_certain)
    at = after_spaces(text, at);
  if (const auto quote = quote_at(text, at); !quote.empty())
    return Part{at + quote.size(), end_of_quoted(text, quote, at + quote.size())};
  if (!name_quote.empty() && at < text.size() && (text[at] == '{' || text[at] == '['))
    return Part{at, text.size()};
  const std::string_view ends = name_quote.empty() ? " \t\r\n&\"'<" : " \t\r\n&\"',]}";
  return Part{at, std::min(text.find_first_of(ends, at), text.size())};
}

// A text in any format (a form, a URL, XML, JSON that is cut or broken) without the values of secret fields,
// each of which is passed to `on_value`.
template <typename OnValue>
std::string without_field_secrets(std::string_view text, const OnValue& on_value) {
  std::string shown;
  while (!text.empty()) {
    const auto name = first_word(text);
    const bool is_element = shown.ends_with('<');
    const bool is_path = shown.ends_with('/'); // ".../rotate-secret: 200"
    const auto length = std::max<std::size_t>(name.length, 1);
    shown += text.substr(0, length);
    text.remove_prefix(length);
    if (!is_secret_name(name.text))
      continue;
    const bool is_common_word = is_path || is_one_of(common_words, plain_name(name.text));
    const auto value = is_element ? element_content(text) : field_value(text, is_common_word);
    if (!value)
      continue;
    on_value(text.substr(value->begin, value->end - value->begin));
    shown += text.substr(0, value->begin);
    shown += redacted;
    text.remove_prefix(value->end);
  }
  return shown;
}

std::string without_field_secrets(std::string_view text) {
  return without_field_secrets(text, [](std::string_view) {});
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
    if (is_secret_name(name))
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
  const auto learn = [this](std::string_view value) {
    learn_value(std::string{value});
    if (const auto unescaped = parse_json('"' + std::string{value} + '"');
        unescaped && unescaped->is_string())
      learn_value(unescaped->get<std::string>());
  };
  if (auto json = parse_json(body)) {
    visit_json(
        *json,
        [&](const Json& value) { learn(value.is_string() ? value.get<std::string>() : json_line(value)); },
        [&](const Json& text) {
          static_cast<void>(without_field_secrets(text.get_ref<const std::string&>(), learn));
        });
    return;
  }
  learn_form(body);
  static_cast<void>(without_field_secrets(body, learn));
}

void Redactor::learn(const HttpRequest& request) {
  learn_headers(request.headers);
  learn_form(request.url.query.value_or(""));
  learn_body(request.body);
}

void Redactor::learn(const HttpResponse& response) {
  learn_headers(response.headers);
  for (const auto& [name, value] : response.headers)
    if (lower(name) == "location" && value.find('?') != std::string::npos)
      learn_form(value.substr(value.find('?') + 1));
  learn_body(response.body);
}

void Redactor::learn_headers(const HttpHeaders& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_secret_header(name))
      continue;
    if (lower(name) == "cookie")
      learn_cookies(value);
    else if (lower(name) == "set-cookie")
      learn_cookies(value.substr(0, value.find(';')));
    learn_value(value.substr(value.rfind(' ') + 1)); // behind the scheme; npos + 1 is 0
    learn_value(oauth::secret_in_header(value).value_or(""));
  }
}

std::string Redactor::header(const std::string& name, const std::string& value) const {
  if (!is_secret_header(name))
    return name + ": " + text(value);
  const auto space = value.find(' ');
  const bool has_scheme = lower(name).ends_with("authorization") && space != std::string::npos;
  return name + ": " + (has_scheme ? value.substr(0, space + 1) : "") + redacted;
}

std::string Redactor::text(std::string_view given) const {
  const auto field = event_field(given);
  std::string shown{given.substr(field)};
  if (auto json = parse_json(shown); json && json->is_structured()) {
    const auto before = *json;
    visit_json(
        *json, [](Json& value) { value = redacted; },
        [](Json& value) { value = without_field_secrets(value.get_ref<const std::string&>()); });
    if (*json != before)
      shown = json_line(*json);
  } else {
    shown = without_field_secrets(shown);
  }
  shown.insert(0, given.substr(0, field));
  for (const auto& value : m_values)
    replace_all(shown, value);
  return without_credentials(shown);
}

} // namespace chutes::cli
