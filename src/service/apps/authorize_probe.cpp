#include "service/apps/authorize_probe.hpp"

#include "oauth/authorization_request.hpp"
#include "oauth/pkce.hpp"
#include "service/service_error.hpp"

#include <algorithm>

namespace chutes::service {
namespace {

constexpr const char* never_granted = "chutes-login:verify";

bool says(const HttpResponse& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

bool begins_sign_in(int status) {
  return status == 200 || status == 302 || status == 303;
}

std::string with_replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string with_slash_toggled(std::string uri) {
  if (uri.ends_with('/'))
    uri.pop_back();
  else
    uri += '/';
  return uri;
}

} // namespace

AuthorizeAnswer probe_authorization(const Url& endpoint, const std::string& client_id,
                                    const std::string& redirect_uri, HttpClient& http, Random& random,
                                    std::optional<std::chrono::seconds> limit) {
  const oauth::AuthorizationRequest asked{.client_id = client_id,
                                          .redirect_uri = redirect_uri,
                                          .scope = {never_granted},
                                          .state = oauth::State::generate(random),
                                          .code_challenge = oauth::CodeVerifier::generate(random).challenge(),
                                          .nonce = {}};
  HttpRequest request;
  request.url = asked.url(endpoint);
  request.headers = {{"Accept", "text/html"}};
  request.whole_limit = limit;
  const auto response = http.send(request);
  if (begins_sign_in(response.status))
    return {AuthorizeVerdict::accepted, response.status};
  if (response.status == 400 && says(response, "Unknown client_id"))
    return {AuthorizeVerdict::unknown_client, response.status};
  if (response.status == 400 && says(response, "Redirect URI not registered"))
    return {AuthorizeVerdict::unregistered_uri, response.status};
  return {AuthorizeVerdict::refused_otherwise, response.status, is_missing_route(response)};
}

std::vector<std::string> near_redirect_uris(const std::string& redirect_uri) {
  std::vector<std::string> near;
  const auto add = [&](const std::string& uri) {
    if (uri != redirect_uri && std::find(near.begin(), near.end(), uri) == near.end())
      near.push_back(uri);
  };
  const auto other_name = redirect_uri.find("//localhost") != std::string::npos
                              ? with_replaced(redirect_uri, "//localhost", "//127.0.0.1")
                              : with_replaced(redirect_uri, "//127.0.0.1", "//localhost");
  add(other_name);
  add(with_slash_toggled(redirect_uri));
  add(with_slash_toggled(other_name));
  add(redirect_uri.starts_with("https:") ? with_replaced(redirect_uri, "https:", "http:")
                                         : with_replaced(redirect_uri, "http:", "https:"));
  return near;
}

} // namespace chutes::service
