// The redirect URIs of the client that `setup` registers for its user: ten ports of this machine's loopback,
// because the service compares redirect URIs exactly and does not allow any port (RFC 8252 §7.3).
#pragma once

#include "oauth/redirection/redirect_uri.hpp"
#include "platform/loopback.hpp"
#include "platform/random.hpp"

#include <vector>

namespace chutes::session {

// Returns the URIs of the fixed ports 28417 to 28425, and of one random free port between 20000 and 28400,
// which a program that occupies the fixed ones cannot know. Throws Error{not_authorized} if it finds none.
[[nodiscard]] std::vector<oauth::RedirectUri> new_redirect_uris(Loopback& loopback, Random& random);

// Whether the URI's port is free on all of its addresses. Throws as Loopback::listen.
[[nodiscard]] bool can_listen(const oauth::RedirectUri& uri, Loopback& loopback);

// Whether `login` could listen on one of these URIs.
[[nodiscard]] bool any_can_listen(const std::vector<oauth::RedirectUri>& uris, Loopback& loopback);

} // namespace chutes::session
