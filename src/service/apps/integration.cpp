#include "service/apps/integration.hpp"

#include "base/ascii.hpp"
#include "base/terminal_text.hpp"
#include "base/url.hpp"
#include "oauth/scope.hpp"
#include "service/apps/app_rules.hpp"

#include <algorithm>

namespace chutes::service {
namespace {

constexpr const char* sdk_fallback = "http://localhost:3000";
constexpr const char* sdk_scopes = "openid profile chutes:invoke";
constexpr std::size_t longest_shown = 300;

bool has_form(std::string_view value, std::string_view prefix, std::size_t length) {
  return value.starts_with(prefix) && value.size() == prefix.size() + length &&
         std::all_of(value.begin() + static_cast<std::ptrdiff_t>(prefix.size()), value.end(),
                     [](char c) { return is_letter(c) || is_digit(c); });
}

// The kind of value, by the service's prefix; empty if the prefix is unknown.
const char* kind_of_value(std::string_view value) {
  return value.starts_with("cid_")   ? "a client id"
         : value.starts_with("csc_") ? "a client secret"
         : value.starts_with("cpk_") ? "an API key"
         : value.starts_with("cak_") ? "an access token"
         : value.starts_with("crt_") ? "a refresh token"
                                     : "";
}

// Several redirect URIs, separated by spaces or commas as chutes-login accepts them.
std::vector<std::string> words_of(std::string text) {
  std::replace(text.begin(), text.end(), ',', ' ');
  return oauth::parse_scope(text);
}

// The form of a value that the service issues.
struct IssuedValue {
  const char* check;
  const char* variable;
  const char* kind; // as in kind_of_value
  const char* prefix;
  std::size_t length; // after the prefix
  const char* how_to_get;
};
constexpr IssuedValue issued_client_id{
    "client_id",
    client_id_variable,
    "a client id",
    "cid_",
    24,
    "find it with 'chutes-login app list', or create an app with 'chutes-login app create'"};
constexpr IssuedValue issued_client_secret{
    "client_secret",
    client_secret_variable,
    "a client secret",
    "csc_",
    48,
    "the service shows it only once; create a new one with 'chutes-login app rotate-secret'"};

// `shown`: the detail of a valid value.
Diagnostic validate_issued(const IssuedValue& form, const std::string* value, const std::string& shown) {
  const std::string name = form.variable;
  if (value == nullptr)
    return {form.check, Verdict::failed, name + " is not set", form.how_to_get};
  if (has_form(*value, form.prefix, form.length))
    return {form.check, Verdict::ok, shown};
  const std::string kind = kind_of_value(*value);
  if (!kind.empty() && kind != form.kind)
    return {form.check, Verdict::failed, name + " holds " + kind,
            std::string{"set it to "} + form.kind + ", which begins with " + form.prefix};
  return {form.check, Verdict::warning,
          name + " does not look like " + form.kind + " (" + form.prefix + " and " +
              std::to_string(form.length) + " letters or digits)",
          "check it for spaces, quotes or a missing part"};
}

Diagnostic validate_client_id(const std::optional<std::string>& id) {
  return validate_issued(issued_client_id, id ? &*id : nullptr, id.value_or(""));
}

Diagnostic validate_client_secret(const std::optional<Secret>& secret) {
  return validate_issued(issued_client_secret, secret ? &secret->reveal() : nullptr,
                         "is set and looks like a client secret");
}

Diagnostic validate_redirect_uri(const std::string& uri, bool assumed) {
  if (!Url::parse(uri))
    return {
        "redirect_uri", Verdict::failed, "the redirect URI is not an http or https URL without a fragment",
        std::string{"set "} + redirect_uri_variable + " to a URL such as https://my.example" + callback_path};
  const auto warnings = redirect_uri_warnings({uri});
  if (!warnings.empty())
    return {"redirect_uri", Verdict::warning, warnings.front(),
            "use another URI, here and in the registration"};
  if (assumed)
    return {"redirect_uri", Verdict::warning,
            std::string{redirect_uri_variable} + " and " + app_url_variable +
                " are not set; the SDK falls back to " + uri,
            "set one of them; behind a proxy the SDK guesses the wrong URI"};
  return {"redirect_uri", Verdict::ok, one_line(uri, longest_shown)};
}

Diagnostic validate_scopes_form(const std::vector<std::string>& scopes) {
  if (scopes.empty())
    return {"scopes", Verdict::ok, std::string{"not set; the SDK requests "} + sdk_scopes};
  const bool commas = std::any_of(scopes.begin(), scopes.end(),
                                  [](const auto& scope) { return scope.find(',') != std::string::npos; });
  const auto misplaced = std::find_if(scopes.begin(), scopes.end(),
                                      [](const auto& scope) { return *kind_of_value(scope) != '\0'; });
  if (misplaced != scopes.end())
    return {"scopes", Verdict::failed, std::string{scopes_variable} + " holds " + kind_of_value(*misplaced),
            std::string{"set it to scopes, for example "} + sdk_scopes};
  if (commas)
    return {"scopes", Verdict::failed, std::string{scopes_variable} + " contains a comma",
            "separate scopes with spaces"};
  return {"scopes", Verdict::ok, one_line(oauth::scope_text(scopes), longest_shown)};
}

} // namespace

Integration read_integration(const FindVariable& find) {
  Integration integration;
  integration.client_id = find(client_id_variable);
  if (auto secret = find(client_secret_variable))
    integration.client_secret = Secret{std::move(*secret)};
  integration.scopes = oauth::parse_scope(find(scopes_variable).value_or(""));
  const auto uri = find(redirect_uri_variable);
  const auto base = find(app_url_variable);
  integration.redirect_uri_assumed = !uri && !base;
  auto origin = base.value_or(sdk_fallback);
  while (origin.ends_with('/'))
    origin.pop_back();
  integration.redirect_uris = uri ? words_of(*uri) : std::vector{origin + callback_path};
  return integration;
}

std::vector<Diagnostic> validate_form(const Integration& integration) {
  std::vector<Diagnostic> diagnostics{validate_client_id(integration.client_id),
                                      validate_client_secret(integration.client_secret)};
  if (integration.redirect_uris.size() > 1)
    diagnostics.push_back(
        {"redirect_uri", Verdict::warning,
         std::string{redirect_uri_variable} + " holds several URIs, but the SDK accepts only one",
         "for a web application keep only its own; only chutes-login accepts several"});
  for (const auto& uri : integration.redirect_uris)
    diagnostics.push_back(validate_redirect_uri(uri, integration.redirect_uri_assumed));
  diagnostics.push_back(validate_scopes_form(integration.scopes));
  return diagnostics;
}

} // namespace chutes::service
