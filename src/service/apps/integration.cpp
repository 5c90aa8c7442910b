#include "service/apps/integration.hpp"

#include "base/terminal_text.hpp"
#include "base/url.hpp"
#include "oauth/scope.hpp"
#include "service/apps/app_rules.hpp"

#include <algorithm>
#include <cctype>

namespace chutes::service {
namespace {

constexpr const char* sdk_last_resort = "http://localhost:3000";
constexpr const char* sdk_scopes = "openid profile chutes:invoke";
constexpr std::size_t longest_shown = 300;
constexpr std::size_t client_id_length = 24; // behind the prefix
constexpr std::size_t client_secret_length = 48;

bool has_form(std::string_view value, std::string_view prefix, std::size_t length) {
  return value.starts_with(prefix) && value.size() == prefix.size() + length &&
         std::all_of(value.begin() + static_cast<std::ptrdiff_t>(prefix.size()), value.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0; });
}

// What the service's prefix says the value is; empty: nothing known.
const char* kind_of_value(std::string_view value) {
  return value.starts_with("cid_")   ? "a client id"
         : value.starts_with("csc_") ? "a client secret"
         : value.starts_with("cpk_") ? "an API key"
         : value.starts_with("cak_") ? "an access token"
         : value.starts_with("crt_") ? "a refresh token"
                                     : "";
}

// What chutes-login itself takes for several redirect URIs.
std::vector<std::string> words_of(std::string text) {
  std::replace(text.begin(), text.end(), ',', ' ');
  return oauth::parse_scope(text);
}

Diagnostic validate_client_id(const std::optional<std::string>& id) {
  const std::string name = client_id_variable;
  if (!id)
    return {"client_id", Verdict::failed, name + " is not set",
            "'chutes-login app create' or 'app list' tells it"};
  const std::string kind = kind_of_value(*id);
  if (has_form(*id, "cid_", client_id_length))
    return {"client_id", Verdict::ok, *id};
  if (!kind.empty() && kind != "a client id")
    return {"client_id", Verdict::failed, name + " holds " + kind,
            "put the client id there, which begins with cid_"};
  return {"client_id", Verdict::warning,
          name + " does not have the form of a client id (cid_ and 24 letters or digits)",
          "look for blanks, quotes or a part that is missing"};
}

Diagnostic validate_client_secret(const std::optional<Secret>& secret) {
  const std::string name = client_secret_variable;
  if (!secret)
    return {"client_secret", Verdict::failed, name + " is not set",
            "the service showed it once; 'chutes-login app rotate-secret' makes a new one"};
  const std::string kind = kind_of_value(secret->reveal());
  if (has_form(secret->reveal(), "csc_", client_secret_length))
    return {"client_secret", Verdict::ok, "is set and has the form of one"};
  if (!kind.empty() && kind != "a client secret")
    return {"client_secret", Verdict::failed, name + " holds " + kind,
            "put the client secret there, which begins with csc_"};
  return {"client_secret", Verdict::warning,
          name + " does not have the form of a client secret (csc_ and 48 letters or digits)",
          "look for blanks, quotes or a part that is missing"};
}

Diagnostic validate_redirect_uri(const std::string& uri, bool assumed) {
  if (!Url::parse(uri))
    return {"redirect_uri", Verdict::failed, "the redirect URI is no http or https address without fragment",
            std::string{redirect_uri_variable} + " wants one like https://my.example" + callback_path};
  const auto remarks = redirect_uri_warnings({uri});
  if (!remarks.empty())
    return {"redirect_uri", Verdict::warning, remarks.front(),
            "choose another, here and in the registration"};
  if (assumed)
    return {"redirect_uri", Verdict::warning,
            std::string{redirect_uri_variable} + " and " + app_url_variable +
                " are not set; the SDK falls back to " + uri,
            "set one of them; behind a proxy the SDK guesses wrong"};
  return {"redirect_uri", Verdict::ok, one_line(uri, longest_shown)};
}

Diagnostic validate_scopes_form(const std::vector<std::string>& scopes) {
  if (scopes.empty())
    return {"scopes", Verdict::ok, std::string{"not set; the SDK asks for "} + sdk_scopes};
  const bool commas = std::any_of(scopes.begin(), scopes.end(),
                                  [](const auto& scope) { return scope.find(',') != std::string::npos; });
  const auto misplaced = std::find_if(scopes.begin(), scopes.end(),
                                      [](const auto& scope) { return *kind_of_value(scope) != '\0'; });
  if (misplaced != scopes.end())
    return {"scopes", Verdict::failed, std::string{scopes_variable} + " holds " + kind_of_value(*misplaced),
            std::string{"put scopes there, for example "} + sdk_scopes};
  if (commas)
    return {"scopes", Verdict::failed, std::string{scopes_variable} + " holds a comma",
            "separate scopes by spaces"};
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
  auto origin = base.value_or(sdk_last_resort);
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
         std::string{redirect_uri_variable} + " holds several addresses, and the SDK takes one",
         "chutes-login takes several; for a web application leave the right one"});
  for (const auto& uri : integration.redirect_uris)
    diagnostics.push_back(validate_redirect_uri(uri, integration.redirect_uri_assumed));
  diagnostics.push_back(validate_scopes_form(integration.scopes));
  return diagnostics;
}

} // namespace chutes::service
