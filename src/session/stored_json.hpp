// Reading back what this program stored: versioned JSON, each complaint one sentence.
#pragma once

#include "base/json_fields.hpp"
#include "base/secret.hpp"

#include <string>
#include <string_view>

namespace chutes::session {

// The document, if its "version" is one this program knows. Throws UnreadableRecord: damaged, or written by a
// newer version. `what` names it for people ("stored session").
[[nodiscard]] Json read_stored(const Secret& text, std::string_view what);
// A member that must be there. Throws UnreadableRecord otherwise.
[[nodiscard]] std::string stored_text(const Json& document, std::string_view name, std::string_view what);

} // namespace chutes::session
