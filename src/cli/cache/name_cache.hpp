// Names that the service has listed, cached for completion and for "did you mean". A cache that cannot be
// used never fails a command.
#pragma once

#include "platform/platform.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// Stores the names of one kind ("models", "chutes") of this service, with the current time.
void cache_names(const char* kind, const std::vector<std::string>& names, const Url& service,
                 Platform& platform) noexcept;

// Returns the names stored for this service within the last thirty days; empty if there are none.
[[nodiscard]] std::vector<std::string> cached_names(const char* kind, const Url& service,
                                                    Platform& platform) noexcept;

// Returns at most three of `names` that are similar to `name`: those that contain it, and those that differ
// in a few letters.
[[nodiscard]] std::vector<std::string> near_names(const std::string& name,
                                                  const std::vector<std::string>& names);

} // namespace chutes::cli
