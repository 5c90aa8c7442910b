#include "oauth/discovery.hpp"

#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "oauth/same_site.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::oauth {
namespace {

constexpr const char* check_issuer = "check the issuer's URL";

Error unusable(const Url& issuer, const std::string& why, const char* hint = check_issuer) {
  return Error{ErrorKind::service, "the discovery document of " + issuer.host + " " + why, hint};
}

Error refused(const Url& issuer, int status) {
  constexpr int too_many_requests = 429;
  constexpr int server_errors = 500;
  if (status == too_many_requests)
    return Error{ErrorKind::limit, "the discovery document of " + issuer.host + " was requested too often",
                 "wait a minute, then try again"}
        .with_status(status);
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

std::string without_trailing_slash(std::string path) {
  while (path.ends_with('/'))
    path.pop_back();
  return path;
}

HttpResponse fetch(const Url& issuer, HttpClient& http) {
  constexpr std::size_t largest_document = 1U << 20U;
  HttpRequest request;
  request.url = issuer.with_path_added("/.well-known/openid-configuration");
  request.headers = {{"Accept", "application/json"}};
  request.body_limit = largest_document;
  auto response = http.send(request);
  if (response.status != 404)
    return response;
  request.url = issuer;
  request.url.path =
      "/.well-known/oauth-authorization-server" + without_trailing_slash(issuer.path); // RFC 8414 §3.1
  return http.send(request);
}

bool is_issuer(const std::string& claimed, const Url& expected) {
  return claimed == expected.text() || (expected.host == chutes_discovery_host && claimed == chutes_issuer);
}

bool lists(const Json& document, const char* name, const char* word) {
  const Json* list = find_field(document, name);
  return list != nullptr && list->is_array() && std::find(list->begin(), list->end(), word) != list->end();
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
    throw refused(issuer, response.status);
  return std::move(response.body);
}

ServerMetadata read_discovery(const std::string& text, const Url& issuer) {
  const auto document = parse_json(text);
  if (!document || !document->is_object())
    throw unusable(issuer, "is not JSON");
  const auto claimed = string_field(*document, "issuer");
  if (!claimed || !is_issuer(*claimed, issuer))
    throw unusable(issuer, "is for another issuer");
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
  server.is_chutes = server.issuer == chutes_issuer;
  server.client_auth_method =
      server.is_chutes ? ClientAuthMethod::client_secret_post : client_auth_method(*document);
  return server;
}

ServerMetadata discover(const Url& issuer, HttpClient& http) {
  return read_discovery(fetch_discovery(issuer, http), issuer);
}

} // namespace chutes::oauth
