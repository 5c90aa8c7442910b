// What the finish_reason of an answer means. Engines have many words for it.
#pragma once

#include "base/json_fields.hpp"

#include <string>
#include <string_view>

namespace chutes::service {

// From the best to the worst. `unknown` may be a failure: an ending is good only if it is known to be.
enum class Ending { complete, length, filter, unknown, failed };

// Takes "stop", "STOP", "end_turn", "max_tokens", "SAFETY", "abort", …; an empty word is complete.
[[nodiscard]] Ending ending_of(std::string_view finish_reason);

// Whether the finish_reason `later` takes the place of `earlier` in one choice: what has failed, was filtered
// or cut is not made good by a better word, but a word that is not known may only have stood for "not yet".
[[nodiscard]] bool supersedes(std::string_view later, std::string_view earlier);

// The word of a finish_reason, which a few engines write as an object with a `type`; empty for null.
[[nodiscard]] std::string finish_reason_text(const Json& finish_reason);

} // namespace chutes::service
