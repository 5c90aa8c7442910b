// The keywords of JSON Schema that look at one value only (draft 2020-12, validation §6).
#pragma once

#include "base/json_fields.hpp"

#include <optional>
#include <string>

namespace chutes::service {

struct Assertion {
  bool applies = true;        // false: the keyword's own value is not one that it may have
  std::string violation = {}; // empty if the value is valid
};

// Applies `keyword` of `schema` to `value`.
[[nodiscard]] Assertion assert_type(const Json& types, const Json& value, const Json& schema);
[[nodiscard]] Assertion assert_enum(const Json& values, const Json& value);
[[nodiscard]] Assertion assert_const(const Json& expected, const Json& value);
[[nodiscard]] Assertion assert_limit(const std::string& keyword, const Json& limit, const Json& value,
                                     const Json& schema);
[[nodiscard]] Assertion assert_multiple(const Json& divisor, const Json& value);
// Whether `size` is at least, or at most, `limit`; absent if that is no size.
[[nodiscard]] std::optional<bool> is_at_least(std::size_t size, const Json& limit);
[[nodiscard]] std::optional<bool> is_at_most(std::size_t size, const Json& limit);
// minLength, maxLength, minItems, maxItems, minProperties, maxProperties
[[nodiscard]] Assertion assert_size(const std::string& keyword, const Json& limit, const Json& value);
[[nodiscard]] Assertion assert_unique(const Json& rule, const Json& value);
[[nodiscard]] Assertion assert_required(const Json& names, const Json& value);

} // namespace chutes::service
