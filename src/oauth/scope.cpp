#include "oauth/scope.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <utility>

namespace chutes::oauth {

namespace {

// scope-token of RFC 6749 §3.3.
bool belongs_to_token(char c) {
  return c > ' ' && c <= '~' && c != '"' && c != '\\';
}

} // namespace

bool contains(const Scope& scope, std::string_view name) {
  return std::find(scope.begin(), scope.end(), name) != scope.end();
}

Scope parse_scope(std::string_view text) {
  std::string words{text};
  std::replace_if(
      words.begin(), words.end(), [](char c) { return !belongs_to_token(c); }, ' ');
  Scope scope;
  for (auto& name : split_words(words))
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
