// Scopes (RFC 6749 §3.3): one space-separated value on the wire, a list here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chutes::oauth {

using Scope = std::vector<std::string>; // in the order given, without repetitions

// Characters that no scope can have separate scopes, as spaces do: a scope is always safe to show.
[[nodiscard]] Scope parse_scope(std::string_view text);
[[nodiscard]] std::string scope_text(const Scope& scope);
[[nodiscard]] bool contains(const Scope& scope, std::string_view name);
// Returns what was requested but not granted.
[[nodiscard]] Scope missing_from(const Scope& requested, const Scope& granted);

} // namespace chutes::oauth
