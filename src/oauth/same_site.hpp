// Which hosts are one party's: those below one domain that somebody has registered.
#pragma once

#include <string>

namespace chutes::oauth {

// Whether a code or secret that is meant for `issuer` may go to `host` as well.
[[nodiscard]] bool same_site(const std::string& host, const std::string& issuer);

} // namespace chutes::oauth
