// Reads records that this program stored: versioned JSON.
#pragma once

#include "base/json_fields.hpp"
#include "base/secret.hpp"

#include <string>
#include <string_view>

namespace chutes::session {

// The name of a kind of record ("stored session"), and what to do about one that cannot be read.
struct RecordKind {
  std::string name;
  std::string remedy;
};

// Parses a record. Throws UnreadableRecord if it is damaged, or was written by a newer version of the
// program.
[[nodiscard]] Json read_stored(const Secret& text, const RecordKind& kind);
// Returns a required member. Throws UnreadableRecord if it is missing.
[[nodiscard]] std::string stored_text(const Json& document, std::string_view name, const RecordKind& kind);

} // namespace chutes::session
