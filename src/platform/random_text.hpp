// Random bytes as text, for verifiers, states and start addresses.
#pragma once

#include "platform/random.hpp"

#include <cstddef>
#include <string>

namespace chutes {

// Returns `bytes` random bytes as base64url.
[[nodiscard]] std::string random_text(Random& random, std::size_t bytes);

} // namespace chutes
