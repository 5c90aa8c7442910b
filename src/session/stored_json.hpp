// Reading back what this program stored: versioned JSON, each complaint one sentence.
#pragma once

#include "base/json_fields.hpp"
#include "base/secret.hpp"

#include <string>
#include <string_view>

namespace chutes::session {

// What a record is called ("stored session") and what to do about one that cannot be read.
struct RecordKind {
  std::string_view name;
  std::string_view remedy;
};

// The document, if its "version" is one this program knows. Throws UnreadableRecord: damaged, or written by a
// newer version.
[[nodiscard]] Json read_stored(const Secret& text, const RecordKind& kind);
// A member that must be there. Throws UnreadableRecord otherwise.
[[nodiscard]] std::string stored_text(const Json& document, std::string_view name, const RecordKind& kind);

} // namespace chutes::session
