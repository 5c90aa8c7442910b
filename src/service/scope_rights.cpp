#include "service/scope_rights.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chutes::service {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> rights{{
    {"profile", "account:read"},
    {"profile:read", "account:read"},
    {"quota", "account:read"},
    {"quota:read", "account:read"},
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
    return one == "admin" || right_of(one) == right_of(scope);
  });
}

} // namespace chutes::service
