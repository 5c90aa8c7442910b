#include "oauth/scope.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <utility>

namespace chutes::oauth {

bool contains(const Scope& scope, std::string_view name) {
  return std::find(scope.begin(), scope.end(), name) != scope.end();
}

Scope parse_scope(std::string_view text) {
  Scope scope;
  for (auto& name : split_words(text))
    if (!contains(scope, name))
      scope.push_back(std::move(name));
  return scope;
}

std::string scope_text(const Scope& scope) {
  return join(scope, " ");
}

Scope missing_from(const Scope& requested, const Scope& granted) {
  Scope missing;
  for (const auto& name : requested)
    if (!contains(granted, name))
      missing.push_back(name);
  return missing;
}

} // namespace chutes::oauth
