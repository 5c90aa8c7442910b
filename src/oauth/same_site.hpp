// Which hosts belong to one party: those below one registrable domain, as the Public Suffix List
// (https://publicsuffix.org) has it.
#pragma once

#include <string>

namespace chutes::oauth {

// Returns whether a code or secret meant for `issuer` may also go to `host`: both names are equal, or both
// are below the same registrable domain ("example.co.uk"). Two customers of one hoster ("a.github.io" and
// "b.github.io") are different parties. IP addresses and names with a trailing dot only match themselves; a
// single label that is not a public suffix ("localhost") also matches the names below it. Case is ignored.
// Loads libpsl when the names differ; throws Error{internal} if it is not installed.
[[nodiscard]] bool same_site(const std::string& host, const std::string& issuer);

} // namespace chutes::oauth
