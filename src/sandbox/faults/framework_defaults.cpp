#include "sandbox/faults/framework_defaults.hpp"

#include "sandbox/world/api_answer.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace chutes::sandbox {
namespace {

struct Route {
  std::string_view path; // "*" matches one segment that is not empty
  std::string_view methods;
};

constexpr std::array<Route, 20> routes{{
    {"/.well-known/openid-configuration", "GET"},
    {"/idp/authorize", "GET"},
    {"/idp/authorize/consent", "GET, POST"},
    {"/idp/login", "POST"},
    {"/idp/cli_login/nonce", "GET"},
    {"/idp/token", "POST"},
    {"/idp/token/revoke", "POST"},
    {"/idp/token/introspect", "POST"},
    {"/idp/userinfo", "GET"},
    {"/idp/scopes", "GET"},
    {"/idp/apps", "GET, POST"},
    {"/idp/apps/*", "GET, PATCH, DELETE"},
    {"/idp/apps/*/regenerate-secret", "POST"},
    {"/idp/apps/*/share", "POST"},
    {"/idp/apps/*/share/*", "DELETE"},
    {"/idp/apps/*/shares", "GET"},
    {"/idp/authorizations", "GET"},
    {"/idp/authorizations/*", "DELETE"},
    {"/users/me", "GET"},
    {"/chutes/", "GET"},
}};

// Removes the segment before the next slash, and the slash, from `path`.
std::string_view take_segment(std::string_view& path) {
  const auto slash = path.find('/');
  const auto piece = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return piece;
}

bool fits(std::string_view pattern, std::string_view path) {
  if (std::count(pattern.begin(), pattern.end(), '/') != std::count(path.begin(), path.end(), '/'))
    return false;
  while (!pattern.empty() || !path.empty()) {
    const auto wanted = take_segment(pattern);
    const auto given = take_segment(path);
    if (wanted == "*" ? given.empty() : wanted != given)
      return false;
  }
  return true;
}

const Route* route_of(std::string_view path) {
  const auto found = std::find_if(routes.begin(), routes.end(),
                                  [path](const Route& route) { return fits(route.path, path); });
  return found == routes.end() ? nullptr : &*found;
}

bool allows(const Route& route, std::string_view method) {
  return (", " + std::string{route.methods} + ",").find(" " + std::string{method} + ",") != std::string::npos;
}

// The path with a final slash removed or added.
std::string other_form(std::string path) {
  if (path.ends_with('/'))
    path.pop_back();
  else
    path += '/';
  return path;
}

} // namespace

bool answer_inexact(const httplib::Request& request, httplib::Response& response) {
  if (const Route* route = route_of(request.path)) {
    if (allows(*route, request.method))
      return false;
    answer_detail(response, 405, "Method Not Allowed");
    response.set_header("Allow", std::string{route->methods});
    return true;
  }
  const auto exact = other_form(request.path);
  if (route_of(exact) == nullptr)
    return false;
  answer_redirect(request, response, exact);
  return true;
}

void answer_not_found(httplib::Response& response) {
  answer_detail(response, 404, "Not Found");
}

} // namespace chutes::sandbox
