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

Error refused(const Url& issuer, int status) {
  return unusable(issuer, "was answered with status " + std::to_string(status)).with_status(status);
}

// Where the label that ends before `end` begins.
std::size_t label_begin(const std::string& host, std::size_t end) {
  const auto dot = end == 0 ? std::string::npos : host.rfind('.', end - 1);
  return dot == std::string::npos ? 0 : dot + 1;
}

// "example.org" of "idp.example.org": the last two labels, or three where the second last is a short one
// below a country ("idp.example.co.uk"), as registries sell them. IP addresses stand for themselves.
std::string domain_of(const std::string& host) {
  constexpr std::size_t country = 2;
  constexpr std::size_t longest_sold_below = 3; // "co", "ac", "com", "net"
  const bool address =
      host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
  if (address || host.ends_with('.') || host.find('.') == std::string::npos)
    return host;
  const auto last = label_begin(host, host.size());
  const auto second = label_begin(host, last - 1);
  const bool sold_below = host.size() - last == country && last - 1 - second <= longest_sold_below;
  return host.substr(sold_below && second > 0 ? label_begin(host, second - 1) : second);
}

// Whether a code or secret meant for `issuer` may go to `host`.
bool are_related(const std::string& host, const std::string& issuer) {
  return host == issuer || host.ends_with("." + issuer) || domain_of(host) == domain_of(issuer);
}

Url endpoint(const Json& document, const char* name, const Url& issuer) {
  const auto text = string_field(document, name);
  auto url = text ? Url::parse(*text) : std::nullopt;
  if (!url)
    throw unusable(issuer, std::string{"has no usable "} + name);
  if (!url->is_protected() || !are_related(url->host, issuer.host))
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
  server.issuer = idp_base.host == chutes_discovery_host ? chutes_issuer : idp_base.text();
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
    throw refused(issuer, response.status);
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
