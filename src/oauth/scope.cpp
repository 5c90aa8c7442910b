#include "oauth/scope.hpp"

#include <algorithm>

namespace chutes::oauth {

bool contains(const Scope& scope, std::string_view name) {
  return std::find(scope.begin(), scope.end(), name) != scope.end();
}

Scope parse_scope(std::string_view text) {
  Scope scope;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto name = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!name.empty() && !contains(scope, name))
      scope.emplace_back(name);
  }
  return scope;
}

std::string scope_text(const Scope& scope) {
  std::string text;
  for (const auto& name : scope)
    text += (text.empty() ? "" : " ") + name;
  return text;
}

Scope missing_from(const Scope& requested, const Scope& granted) {
  Scope missing;
  for (const auto& name : requested)
    if (!contains(granted, name))
      missing.push_back(name);
  return missing;
}

} // namespace chutes::oauth
