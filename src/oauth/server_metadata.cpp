#include "oauth/server_metadata.hpp"

#include "base/error.hpp"
#include "base/json_fields.hpp"

#include <nlohmann/json.hpp>

namespace chutes::oauth {
namespace {

constexpr const char* chutes_issuer = "https://api.chutes.ai";
constexpr const char* chutes_discovery_host =
    "idp.chutes.ai"; // serves a document whose issuer is the API's host

Error unusable(const Url& issuer, const std::string& why) {
  return Error{ErrorKind::service, "the discovery document of " + issuer.host + " " + why,
               "check the issuer's address"};
}

// "example.org" of "idp.example.org": the last two labels, which is enough to keep endpoints in the family.
// Names without a dot and IP addresses stand for themselves.
std::string domain_of(const std::string& host) {
  const auto last = host.rfind('.');
  const bool address =
      host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
  if (last == std::string::npos || last == 0 || address)
    return host;
  const auto before = host.rfind('.', last - 1);
  return before == std::string::npos ? host : host.substr(before + 1);
}

Url endpoint(const Json& document, const char* name, const Url& issuer) {
  const auto text = string_field(document, name);
  auto url = text ? Url::parse(*text) : std::nullopt;
  if (!url)
    throw unusable(issuer, std::string{"has no usable "} + name);
  const bool related = domain_of(url->host) == domain_of(issuer.host);
  if (!url->is_protected() || !related)
    throw unusable(issuer,
                   std::string{"names a "} + name + " that is not an https address of the same domain");
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

bool is_issuer(const std::string& claimed, const Url& asked) {
  return claimed == asked.text() || (asked.host == chutes_discovery_host && claimed == chutes_issuer);
}

} // namespace

ServerMetadata chutes_server(const Url& idp_base) {
  ServerMetadata server;
  server.issuer = idp_base.text();
  server.authorization_endpoint = idp_base.with_path_added("/idp/authorize");
  server.token_endpoint = idp_base.with_path_added("/idp/token");
  server.userinfo_endpoint = idp_base.with_path_added("/idp/userinfo");
  server.revocation_endpoint = idp_base.with_path_added("/idp/token/revoke");
  server.introspection_endpoint = idp_base.with_path_added("/idp/token/introspect");
  server.is_chutes = true;
  return server;
}

ServerMetadata discover(const Url& issuer, HttpClient& http) {
  const auto response = fetch(issuer, http);
  if (response.status != 200)
    throw unusable(issuer, "was answered with status " + std::to_string(response.status))
        .with_status(response.status);
  const auto document = parse_json(response.body);
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
  server.is_chutes = server.issuer == chutes_issuer;
  return server;
}

} // namespace chutes::oauth
