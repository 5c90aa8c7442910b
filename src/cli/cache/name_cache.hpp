// Names the service has listed, kept for completion and for "did you mean": a convenience that never fails a
// command.
#pragma once

#include "platform/platform.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// Keeps `names` of one kind ("models", "chutes") of this service with today's date.
void cache_names(const char* kind, const std::vector<std::string>& names, const Url& service,
                 Platform& platform) noexcept;

// What was kept for this service within the last thirty days; empty if there is nothing.
[[nodiscard]] std::vector<std::string> cached_names(const char* kind, const Url& service,
                                                    Platform& platform) noexcept;

// At most three of `names` that `name` may have been meant as: they contain it, or it is a few letters away.
[[nodiscard]] std::vector<std::string> near_names(const std::string& name,
                                                  const std::vector<std::string>& names);

} // namespace chutes::cli
