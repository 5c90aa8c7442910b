// Documents of the service, kept with their date: a convenience that never fails a command.
#pragma once

#include "base/json_fields.hpp"
#include "platform/platform.hpp"

#include <optional>

namespace chutes::cli {

// Keeps `value` as the member `name` of the document of one kind ("models"), for this service and with
// today's date, in place of the one before.
void cache_document(const char* kind, const char* name, const Json& value, const Url& service,
                    Platform& platform) noexcept;

// The document of that kind, if one was kept for this service within the last thirty days.
[[nodiscard]] std::optional<Json> cached_document(const char* kind, const Url& service,
                                                  Platform& platform) noexcept;

} // namespace chutes::cli
