#include "sandbox/identity/scope_list.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <sstream>

namespace chutes::sandbox {
namespace {

struct ListedScope {
  const char* name;
  const char* description;
  bool privileged;
};

constexpr std::array<ListedScope, 22> scopes{{
    {"profile", "Read your basic profile", false},
    {"profile:read", "Read your basic profile", false},
    {"account:read", "Read your account information", false},
    {"account:write", "Change your account settings", true},
    {"quota", "Read your quotas", false},
    {"quota:read", "Read your quotas", false},
    {"balance", "Read your balance", false},
    {"balance:read", "Read your balance", false},
    {"billing:read", "Read your billing information", true},
    {"usage", "Read your usage", false},
    {"usage:read", "Read your usage", false},
    {"chutes:read", "See your chutes", false},
    {"chutes:write", "Create and change your chutes", true},
    {"chutes:delete", "Delete your chutes", true},
    {"chutes:invoke", "Invoke chutes on your behalf, billed to your account", false},
    {"images:read", "See your images", false},
    {"images:write", "Create and change your images", true},
    {"images:delete", "Delete your images", true},
    {"invocations:read", "Read your invocation history", false},
    {"secrets:read", "Read your secrets", true},
    {"secrets:write", "Create and change your secrets", true},
    {"admin", "Everything you can do yourself", true},
}};

const ListedScope* find(std::string_view name) {
  for (const auto& scope : scopes)
    if (name == scope.name)
      return &scope;
  return nullptr;
}

} // namespace

Json listed_scopes() {
  Json list = Json::object();
  for (const auto& scope : scopes)
    list[scope.name] = scope.description;
  return list;
}

bool is_grantable(const std::string& scope) {
  return scope == "openid" || find(scope) != nullptr;
}

bool is_privileged(const std::string& scope) {
  const auto* listed = find(scope);
  return listed != nullptr && listed->privileged;
}

std::string scope_description(const std::string& scope) {
  const auto* listed = find(scope);
  if (scope == "openid")
    return "Know who you are";
  return listed == nullptr ? scope : listed->description;
}

std::vector<std::string> split_scopes(std::string_view text) {
  std::istringstream words{std::string{text}};
  std::vector<std::string> result;
  for (std::string word; words >> word;)
    result.push_back(word);
  return result;
}

} // namespace chutes::sandbox
