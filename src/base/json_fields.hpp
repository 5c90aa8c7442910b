// JSON from strangers (RFC 8259): parsed strictly once, then read field by field without surprises. Field
// order is kept, because what the service says is passed on to scripts as it said it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes {

using Json = nlohmann::ordered_json;

// Absent unless `text` is exactly one JSON document, valid UTF-8, nested at most 64 deep, of at most 500,000
// objects and lists, and without more than 4096 or repeated members in an object (RFC 6749 §5.1: a token
// response with two access_tokens means nothing).
[[nodiscard]] std::optional<Json> parse_json(std::string_view text);

// Where and why a text is no document: for files that people write.
struct JsonFlaw {
  std::size_t line = 0; // both count from 1, columns in bytes
  std::size_t column = 0;
  std::string reason;
};
// The same, and `flaw` hears why it is absent.
[[nodiscard]] std::optional<Json> parse_json(std::string_view text, JsonFlaw& flaw);

// The member `name` of `object` if it is there and has that type; absent otherwise (also if `object` is no
// object).
[[nodiscard]] std::optional<std::string> string_field(const Json& object, std::string_view name);
[[nodiscard]] std::optional<bool> bool_field(const Json& object, std::string_view name);
[[nodiscard]] std::optional<double> number_field(const Json& object,
                                                 std::string_view name); // a numeric string counts too
// A whole number, also written as 3600.0 or "3600"; absent if it does not fit.
[[nodiscard]] std::optional<std::int64_t> integer_field(const Json& object, std::string_view name);
// The strings of a list, other items left out; empty if the member is not a list.
[[nodiscard]] std::vector<std::string> strings_field(const Json& object, std::string_view name);
// The member if it is a list of objects and nothing else; null otherwise. Lives as long as `object`.
[[nodiscard]] const Json* objects_field(const Json& object, std::string_view name);
// The member itself, whatever its type; null if it is not there. Lives as long as `object`.
[[nodiscard]] const Json* find_field(const Json& object, std::string_view name);

// One line, or indented by two for people. Invalid UTF-8 becomes U+FFFD instead of an exception.
[[nodiscard]] std::string json_line(const Json& value);
[[nodiscard]] std::string json_pretty(const Json& value);

} // namespace chutes
