// How long a request to an authorization server may take in all, however much progress it makes: locks and
// signals are held meanwhile, and a code or a refresh token may be at stake.
#pragma once

#include <chrono>

namespace chutes::oauth {

inline constexpr std::chrono::seconds request_limit{60};

} // namespace chutes::oauth
