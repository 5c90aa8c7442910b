// JSON as the engines behind models write it: read as generously as can be done without making anything up,
// because the answer is paid for. Where tokens, codes and keys are read, base/json_fields is strict.
#pragma once

#include "base/json_fields.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chutes {

// Removes the first document from the front of `text` and returns it. Returns nothing, and leaves `text` as
// it is, if there is none: the front is not JSON, ends too early, is nested more than 512 deep, or holds more
// than 4,000,000 objects and lists. Beyond RFC 8259 it accepts these, and nothing else:
//  - repeated members: the last counts; any number of members; a byte order mark;
//  - control characters in strings without an escape; an unknown escape stands for its two characters;
//  - NaN and Infinity, as Python writes them: null;
//  - bytes that are not UTF-8, and half a surrogate pair, which becomes the three bytes that would encode it
//    (WTF-8). Strings keep both, since the rest of the character may be in the next piece; member names do
//    not. Call make_well_formed once no more can come.
[[nodiscard]] std::optional<Json> take_json(std::string_view& text);

// The document if `text` holds one and nothing else but white space; else nothing.
[[nodiscard]] std::optional<Json> parse_lenient_json(std::string_view text);

// Joins the surrogate halves that follow each other, and replaces what is left of them, and anything else
// that is not UTF-8, with U+FFFD: in all strings of `value`.
void make_well_formed(Json& value);

// Finds members of one object by name in time that does not grow with their number, unlike nlohmann's ordered
// objects.
class JsonMembers {
public:
  // The member; added as null if it is not there. Valid until the next call. `object` must be the same object
  // at each call, and have lost no members meanwhile.
  [[nodiscard]] Json& at(Json& object, const std::string& name);

private:
  std::unordered_map<std::string, std::size_t> m_places; // only of large objects that are searched often
  std::size_t m_searches = 0;
};

} // namespace chutes
