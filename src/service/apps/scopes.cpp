#include "service/apps/scopes.hpp"

#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace chutes::service {
namespace {

constexpr std::array<std::string_view, 3> always_granted{"openid", "profile", "chutes:invoke"};
constexpr std::array<std::string_view, 9> privileged{"admin",         "billing:read",  "account:write",
                                                     "secrets:read",  "secrets:write", "chutes:write",
                                                     "chutes:delete", "images:write",  "images:delete"};

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The names of `list_scopes`; empty if the list is not available.
std::set<std::string> offered_names(const Endpoints& endpoints, HttpClient& http) {
  std::set<std::string> names;
  try {
    for (auto& scope : list_scopes(endpoints, http))
      names.insert(std::move(scope.name));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
      throw;
  }
  return names;
}

} // namespace

bool needs_registration(const std::string& scope) {
  return is_one_of(privileged, scope);
}

std::vector<OfferedScope> list_scopes(const Endpoints& endpoints, HttpClient& http) {
  HttpRequest request;
  request.url = endpoints.idp.with_path_added("/idp/scopes");
  const auto response = http.send(request);
  if (response.status != 200)
    throw service_error(response, "list the scopes");
  const auto document = parse_json(response.body);
  const Json* listed = document ? find_field(*document, "scopes") : nullptr;
  if (listed == nullptr || !listed->is_object())
    throw Error{ErrorKind::service, "the service did not answer with a list of scopes", "try again"};
  std::vector<OfferedScope> scopes{{"openid", "Know who you are (granted without being listed)"}};
  for (const auto& item : listed->items())
    scopes.push_back(
        {item.key(), string_field(*listed, item.key()).value_or(""), needs_registration(item.key())});
  return scopes;
}

ScopeVerdict validate_scopes(const std::vector<std::string>& scope, const Endpoints& endpoints,
                             HttpClient& http) {
  ScopeVerdict verdict;
  if (std::all_of(scope.begin(), scope.end(),
                  [](const auto& name) { return is_one_of(always_granted, name); }))
    return verdict;
  const auto offered = offered_names(endpoints, http);
  verdict.unlisted = offered.empty();
  for (const auto& name : scope) {
    if (!offered.empty() && !offered.contains(name))
      verdict.unknown.push_back(name);
    else if (needs_registration(name))
      verdict.privileged.push_back(name);
  }
  return verdict;
}

} // namespace chutes::service
