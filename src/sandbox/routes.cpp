#include "sandbox/routes.hpp"

#include "base/ascii.hpp"
#include "sandbox/world/api_answer.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace chutes::sandbox {
namespace {

// "*" in a path matches one segment that is not empty, "**" at its end everything.
struct Route {
  std::string_view method;
  std::string_view path;
};

constexpr std::array routes{
    Route{"GET", "/.well-known/openid-configuration"},
    Route{"GET", "/api_keys/"},
    Route{"GET", "/chutes/**"},
    Route{"GET", "/idp/apps"},
    Route{"POST", "/idp/apps"},
    Route{"GET", "/idp/apps/*"},
    Route{"PATCH", "/idp/apps/*"},
    Route{"DELETE", "/idp/apps/*"},
    Route{"POST", "/idp/apps/*/regenerate-secret"},
    Route{"POST", "/idp/apps/*/share"},
    Route{"DELETE", "/idp/apps/*/share/*"},
    Route{"GET", "/idp/apps/*/shares"},
    Route{"GET", "/idp/authorizations"},
    Route{"DELETE", "/idp/authorizations/*"},
    Route{"GET", "/idp/authorize"},
    Route{"GET", "/idp/authorize/consent"},
    Route{"POST", "/idp/authorize/consent"},
    Route{"GET", "/idp/cli_login"},
    Route{"GET", "/idp/cli_login/nonce"},
    Route{"POST", "/idp/login"},
    Route{"GET", "/idp/scopes"},
    Route{"POST", "/idp/token"},
    Route{"POST", "/idp/token/introspect"},
    Route{"POST", "/idp/token/revoke"},
    Route{"GET", "/idp/userinfo"},
    Route{"GET", "/images/"},
    Route{"GET", "/model_aliases/"},
    Route{"GET", "/openapi.json"},
    Route{"HEAD", "/openapi.json"},
    Route{"GET", "/ping"},
    Route{"GET", "/secrets/"},
    Route{"GET", "/users/*"},
    Route{"GET", "/users/*/balance"},
    Route{"GET", "/users/*/usage"},
    Route{"POST", "/users/login"},
    Route{"GET", "/users/login/nonce"},
    Route{"GET", "/users/me/discounts"},
    Route{"GET", "/users/me/price_overrides"},
    Route{"GET", "/users/me/quota_usage/*"},
    Route{"GET", "/users/me/quotas"},
    Route{"GET", "/users/me/subscription_usage"},
};

bool fits(std::string_view pattern, std::string_view path) {
  if (pattern.ends_with("**"))
    return path.starts_with(pattern.substr(0, pattern.size() - 2));
  const auto wanted = split(pattern, '/');
  const auto given = split(path, '/');
  return std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(),
                    [](const std::string& part, const std::string& segment) {
                      return part == "*" ? !segment.empty() : part == segment;
                    });
}

Json document_of_routes() {
  Json paths = Json::object();
  for (const auto& route : routes)
    paths[std::string{route.path}][lower(route.method)] = Json::object();
  return {{"openapi", "3.1.0"}, {"info", {{"title", "FastAPI"}, {"version", "0.1.0"}}}, {"paths", paths}};
}

} // namespace

bool is_routed(std::string_view method, std::string_view path) {
  return std::any_of(routes.begin(), routes.end(),
                     [&](const Route& route) { return route.method == method && fits(route.path, path); });
}

bool answer_server_facts(std::string_view path, httplib::Response& response) {
  if (path == "/ping")
    answer_json(response, {{"message", "pong"}});
  else if (path == "/openapi.json")
    answer_json(response, document_of_routes());
  else
    return false;
  return true;
}

void answer_unrouted(SandboxState& state, const std::string& path, const httplib::Request& request,
                     httplib::Response& response) {
  if (request.method == "OPTIONS") {
    const auto* first = std::find_if(routes.begin(), routes.end(),
                                     [&](const Route& route) { return fits(route.path, path); });
    response.set_header("Allow", first == routes.end() ? "GET, POST, PUT, DELETE, PATCH, HEAD"
                                                       : std::string{first->method});
    return answer_detail(response, 405, "Method Not Allowed");
  }
  const auto caller = state.caller(request);
  if (const auto refusal =
          refusal_where_unrouted(caller.credential, caller.scopes, resource_action(request.method, path)))
    answer_refusal(response, *refusal);
  else
    answer_detail(response, 404, "No matching chute found!");
}

} // namespace chutes::sandbox
