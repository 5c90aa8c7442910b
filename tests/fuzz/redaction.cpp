// Fuzzes the redaction of -vv: a secret that was seen in its place never appears in later text, verbatim or
// encoded. The first line of an input names the place, the second is the secret; in the rest, the bytes 1 to
// 6 represent the encodings.
#include "cli/http/redaction.hpp"

#include "base/base64.hpp"
#include "base/form.hpp"
#include "base/json_fields.hpp"
#include "base/utf8.hpp"
#include "fuzz/fuzz.hpp"

#include <nlohmann/json.hpp>

#include <array>

using namespace chutes;
using namespace chutes::cli;

namespace {

using Forms = std::array<std::string, 6>;

Forms forms_of(const std::string& secret) {
  const auto quoted = json_line(secret);
  const auto json = quoted.substr(1, quoted.size() - 2);
  std::string escaped;
  for (const char c : json)
    escaped += c == '/' ? "\\/" : std::string{c};
  return {secret, percent_encode(secret), base64_encode(secret), base64url_encode(secret), json, escaped};
}

// Long enough to be recorded, and not part of the replacement text.
bool is_secret(std::string_view text) {
  return text.size() >= 8 && text.size() <= 64 && !invalid_utf8_at(text) &&
         text.find_first_of("[] ;\t\r") == std::string_view::npos && text != "redacted";
}

HttpRequest request_with(char place, const std::string& secret) {
  HttpRequest request;
  request.url = *Url::parse("https://api.test/x");
  if (place == 'f')
    request.body = encode_form({{"grant_type", "x"}, {"refresh_token", secret}});
  else if (place == 'q')
    request.url.query = encode_form({{"state", secret}});
  else if (place == 'a')
    request.headers = {{"Authorization", "Bearer " + secret}};
  else if (place == 'b')
    request.headers = {{"Authorization", "Basic " + base64_encode("my-cli:" + encode_form_value(secret))}};
  else if (place == 'k')
    request.headers = {{"Cookie", "theme=dark; session=" + secret + "; x=1"}};
  return request;
}

HttpResponse response_with(char place, const std::string& secret) {
  HttpResponse response;
  if (place == 'j')
    response.body = json_line(Json{{"scope", "openid"}, {"access_token", secret}});
  else if (place == 'c') // cut by a byte
    response.body = "{\"access_token\":" + json_line(secret);
  else if (place == 't')
    response.headers = {{"X-Auth-Token", secret}};
  else if (place == 'l')
    response.headers = {{"Location", "http://127.0.0.1/callback?" + encode_form({{"code", secret}})}};
  else if (place == 's')
    response.headers = {{"Set-Cookie", "session=" + secret + "; Path=/"}};
  return response;
}

std::string written_out(std::string_view text, const Forms& forms) {
  std::string whole;
  for (const char c : text)
    if (c >= 1 && c <= 6)
      whole += forms.at(static_cast<std::size_t>(c) - 1);
    else
      whole += c;
  return whole;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const auto place = fuzz::take_line(text);
  const std::string secret{fuzz::take_line(text)};
  if (place.size() != 1 || std::string_view{"fqabkjlsct"}.find(place.front()) == std::string_view::npos ||
      !is_secret(secret))
    return 0;
  Redactor redactor;
  redactor.learn(request_with(place.front(), secret));
  redactor.learn(response_with(place.front(), secret));
  const auto forms = forms_of(secret);
  const auto shown = redactor.text(written_out(text, forms));
  for (const auto& form : forms)
    fuzz::require(shown.find(form) == std::string::npos);
  return 0;
}
