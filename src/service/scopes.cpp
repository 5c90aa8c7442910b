#include "service/scopes.hpp"

#include "base/error.hpp"
#include "base/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace chutes::service {
namespace {

constexpr std::array<std::string_view, 3> always_granted{"openid", "profile", "chutes:invoke"};
constexpr std::array<std::string_view, 9> needs_registration{
    "admin",        "billing:read",  "account:write", "secrets:read", "secrets:write",
    "chutes:write", "chutes:delete", "images:write",  "images:delete"};

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The names the service lists, and openid, which it grants without listing it. Empty: could not be had.
std::set<std::string> offered_scopes(const Endpoints& endpoints, HttpClient& http) {
  HttpRequest request;
  request.url = endpoints.idp.with_path_added("/idp/scopes");
  HttpResponse response;
  try {
    response = http.send(request);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::network && error.kind() != ErrorKind::service)
      throw;
    return {};
  }
  const auto document = response.status == 200 ? parse_json(response.body) : std::nullopt;
  const Json* listed = document ? find_field(*document, "scopes") : nullptr;
  if (listed == nullptr || !listed->is_object())
    return {};
  std::set<std::string> names{"openid"};
  for (const auto& item : listed->items())
    names.insert(item.key());
  return names;
}

} // namespace

ScopeVerdict judge_scopes(const std::vector<std::string>& scope, const Endpoints& endpoints,
                          HttpClient& http) {
  ScopeVerdict verdict;
  if (std::all_of(scope.begin(), scope.end(),
                  [](const auto& name) { return is_one_of(always_granted, name); }))
    return verdict;
  const auto offered = offered_scopes(endpoints, http);
  for (const auto& name : scope) {
    if (!offered.empty() && !offered.contains(name))
      verdict.unknown.push_back(name);
    else if (is_one_of(needs_registration, name))
      verdict.privileged.push_back(name);
  }
  return verdict;
}

} // namespace chutes::service
