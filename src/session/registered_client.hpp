// The redirect URIs of the client that `setup` registers for its user: ten ports of this machine's loopback,
// because the service compares redirect URIs letter by letter and knows no "any port" (RFC 8252 §7.3).
#pragma once

#include "oauth/redirection/redirect_uri.hpp"
#include "platform/loopback.hpp"
#include "platform/random.hpp"

#include <vector>

namespace chutes::session {

// The fixed ports 28417 to 28425, and one drawn between 20000 and 28400 that is free just now: whoever knows
// this program and takes all its ports does not know that one.
[[nodiscard]] std::vector<oauth::RedirectUri> drawn_redirect_uris(Loopback& loopback, Random& random);

// Whether the URI's port is free on all of its addresses. Throws as Loopback::listen.
[[nodiscard]] bool can_listen(const oauth::RedirectUri& uri, Loopback& loopback);

// Whether `login` would find a port to listen on.
[[nodiscard]] bool any_can_listen(const std::vector<oauth::RedirectUri>& uris, Loopback& loopback);

} // namespace chutes::session
