// Documents of the service in the cache, with their date. A cache that cannot be used never fails a command.
#pragma once

#include "base/json_fields.hpp"
#include "platform/platform.hpp"

#include <optional>
#include <string>

namespace chutes::cli {

// Returns $XDG_CACHE_HOME/chutes-login/NAME, else ~/.cache/chutes-login/NAME; absent if neither HOME nor
// XDG_CACHE_HOME is set.
[[nodiscard]] std::optional<std::string> cache_file(const std::string& name, const Environment& environment);

// Stores `value` as the member `name` of the document of one kind ("models"), for this service and with the
// current time, and replaces the previous document.
void cache_document(const char* kind, const char* name, const Json& value, const Url& service,
                    Platform& platform) noexcept;

// Returns the document of that kind if one was stored for this service within the last thirty days.
[[nodiscard]] std::optional<Json> cached_document(const char* kind, const Url& service,
                                                  Platform& platform) noexcept;

} // namespace chutes::cli
