#include "oauth/discovery.hpp"

#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "base/terminal_text.hpp"
#include "oauth/request_limit.hpp"
#include "oauth/same_site.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace chutes::oauth {
namespace {

constexpr const char* check_issuer = "check the issuer's URL";
constexpr const char* openid_place = "/.well-known/openid-configuration";

Error unusable(const Url& issuer, const std::string& why, const std::string& hint = check_issuer) {
  return Error{ErrorKind::service, "the discovery document of " + issuer.host + " " + why, hint};
}

std::string without_trailing_slash(std::string path) {
  while (path.ends_with('/'))
    path.pop_back();
  return path;
}

// "https://idp.example.org" and "https://idp.example.org/" are two issuers, and only one of them is right.
bool differs_by_slash(const std::string& claimed, const Url& issuer) {
  const auto url = Url::parse(claimed);
  return url && url->text() == claimed && url->origin() == issuer.origin() && !url->query &&
         without_trailing_slash(url->path) == without_trailing_slash(issuer.path);
}

Error other_issuer(const Url& issuer, const std::optional<std::string>& claimed) {
  constexpr std::size_t longest_issuer = 200;
  if (!claimed)
    return unusable(issuer, "does not name its issuer");
  const auto named = one_line(*claimed, longest_issuer);
  return unusable(issuer, "is for another issuer: " + named,
                  differs_by_slash(*claimed, issuer) ? "use --issuer " + named : check_issuer);
}

Error redirected(const Url& issuer, const HttpResponse& response) {
  constexpr std::size_t longest_address = 200;
  auto location = response.header("Location").value_or("");
  if (location.starts_with('/') && !location.starts_with("//"))
    location.insert(0, issuer.origin());
  const auto named = one_line(location, longest_address);
  const auto url = Url::parse(location);
  const bool is_discovery = url && url->is_protected() && !url->query && url->path.ends_with(openid_place);
  return unusable(issuer, "cannot be fetched: it redirects to " + (named.empty() ? "nowhere" : named),
                  is_discovery
                      ? "if you trust that server, use --issuer " +
                            url->text().substr(0, url->text().size() - std::string_view{openid_place}.size())
                      : check_issuer)
      .with_status(response.status);
}

Error refused(const Url& issuer, const HttpResponse& response) {
  const int status = response.status;
  constexpr int too_many_requests = 429;
  constexpr int server_errors = 500;
  if (status == too_many_requests)
    return Error{ErrorKind::limit, "the discovery document of " + issuer.host + " was requested too often",
                 "wait a minute, then try again"}
        .with_status(status);
  if (status / 100 == 3)
    return redirected(issuer, response);
  const char* hint =
      status >= server_errors ? "try again; if that does not help, the server is out of order" : check_issuer;
  return unusable(issuer, "cannot be fetched: status " + std::to_string(status), hint).with_status(status);
}

Url endpoint(const Json& document, const char* name, const Url& issuer) {
  const auto text = string_field(document, name);
  auto url = text ? Url::parse(*text) : std::nullopt;
  if (!url)
    throw unusable(issuer, std::string{"has no valid "} + name);
  if (!url->is_protected() || !same_site(url->host, issuer.host))
    throw unusable(issuer,
                   std::string{"has an invalid "} + name + ": it must be an https URL of the same domain");
  return std::move(*url);
}

std::optional<Url> optional_endpoint(const Json& document, const char* name, const Url& issuer) {
  const Json* field = find_field(document, name);
  if (field == nullptr || field->is_null())
    return std::nullopt;
  return endpoint(document, name, issuer);
}

HttpResponse fetch(const Url& issuer, HttpClient& http) {
  constexpr std::size_t largest_document = 1U << 20U;
  HttpRequest request;
  request.url = issuer.with_path_added(openid_place);
  request.headers = {{"Accept", "application/json"}};
  request.body_limit = largest_document;
  request.whole_limit = request_limit;
  auto response = http.send(request);
  const bool is_redirect = response.status / 100 == 3; // as of a server that sends strangers to a page
  if (response.status != 404 && !is_redirect)
    return response;
  request.url = issuer;
  request.url.path =
      "/.well-known/oauth-authorization-server" + without_trailing_slash(issuer.path); // RFC 8414 §3.1
  auto second = http.send(request);
  return is_redirect && second.status != 200 ? response : second;
}

bool is_issuer(const std::string& claimed, const Url& expected) {
  return claimed == expected.text() || (expected.host == chutes_discovery_host && claimed == chutes_issuer);
}

bool lists(const Json& document, const char* name, const char* word) {
  const Json* list = find_field(document, name);
  return list != nullptr && list->is_array() && std::find(list->begin(), list->end(), word) != list->end();
}

constexpr const char* id_token_algorithms = "id_token_signing_alg_values_supported";
constexpr std::array openid_members{"userinfo_endpoint", "subject_types_supported", id_token_algorithms};

// By what OpenID Connect Discovery §3 adds to RFC 8414. A provider need not list the scope `openid`.
bool is_openid_provider(const Json& document) {
  return lists(document, "scopes_supported", "openid") ||
         std::any_of(openid_members.begin(), openid_members.end(),
                     [&](const char* name) { return find_field(document, name) != nullptr; });
}

// Every server supports Basic (RFC 6749 §2.3.1), and it is the default (RFC 8414 §2).
ClientAuthMethod client_auth_method(const Json& document) {
  constexpr const char* methods = "token_endpoint_auth_methods_supported";
  const bool only_body =
      lists(document, methods, "client_secret_post") && !lists(document, methods, "client_secret_basic");
  return only_body ? ClientAuthMethod::client_secret_post : ClientAuthMethod::client_secret_basic;
}

} // namespace

std::string fetch_discovery(const Url& issuer, HttpClient& http) {
  auto response = fetch(issuer, http);
  if (response.status != 200)
    throw refused(issuer, response);
  return std::move(response.body);
}

ServerMetadata read_discovery(const std::string& text, const Url& issuer) {
  const auto document = parse_json(text);
  if (!document || !document->is_object())
    throw unusable(issuer, "is not JSON");
  const auto claimed = string_field(*document, "issuer");
  if (!claimed || !is_issuer(*claimed, issuer))
    throw other_issuer(issuer, claimed);
  const Url base = claimed == issuer.text() ? issuer : *Url::parse(*claimed);
  ServerMetadata server;
  server.issuer = *claimed;
  server.authorization_endpoint = endpoint(*document, "authorization_endpoint", base);
  server.token_endpoint = endpoint(*document, "token_endpoint", base);
  server.userinfo_endpoint = optional_endpoint(*document, "userinfo_endpoint", base);
  server.revocation_endpoint = optional_endpoint(*document, "revocation_endpoint", base);
  server.introspection_endpoint = optional_endpoint(*document, "introspection_endpoint", base);
  server.iss_parameter_supported =
      bool_field(*document, "authorization_response_iss_parameter_supported").value_or(false);
  server.jwks_uri = optional_endpoint(*document, "jwks_uri", base);
  server.offline_access_supported = lists(*document, "scopes_supported", "offline_access");
  server.is_openid_provider = is_openid_provider(*document);
  server.id_token_algorithms = strings_field(*document, id_token_algorithms);
  server.is_chutes = server.issuer == chutes_issuer;
  server.client_auth_method =
      server.is_chutes ? ClientAuthMethod::client_secret_post : client_auth_method(*document);
  return server;
}

ServerMetadata discover(const Url& issuer, HttpClient& http) {
  return read_discovery(fetch_discovery(issuer, http), issuer);
}

} // namespace chutes::oauth
