#include "service/scope_rights.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chutes::service {
namespace {

constexpr std::string_view account_read = "account:read";
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> rights{{
    {"profile", account_read},
    {"profile:read", account_read},
    {"quota", account_read},
    {"quota:read", account_read},
    {"balance", "billing:read"},
    {"balance:read", "billing:read"},
    {"usage", "invocations:read"},
    {"usage:read", "invocations:read"},
}};

// Any other scope names its right.
std::string_view right_of(std::string_view scope) {
  const auto* found =
      std::find_if(rights.begin(), rights.end(), [&](const auto& right) { return right.first == scope; });
  return found == rights.end() ? scope : found->second;
}

} // namespace

bool has_right_of(const std::vector<std::string>& held, std::string_view scope) {
  return std::any_of(held.begin(), held.end(), [&](const std::string& one) {
    const auto right = right_of(one);
    return one == "admin" || right == right_of(scope) || (scope == "openid" && right == account_read);
  });
}

} // namespace chutes::service
