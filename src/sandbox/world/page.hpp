// The service's page object: {"total", "page", "limit", "items"}, pages counted from 0.
#pragma once

#include "base/json_fields.hpp"

#include <cstdint>
#include <optional>

namespace chutes::sandbox {

// `page` and `limit` of a query, whatever they are.
struct PageQuery {
  std::int64_t page = 0;
  std::int64_t limit = 0;
};

// Returns the page of `items` with `limit` of them; absent if the service's database refuses a negative or
// huge offset or limit, which the service does not catch (500).
[[nodiscard]] std::optional<Json> page_of(const Json& items, const PageQuery& asked);
// The same where a limit of 0 counts as 25, and with "cord_refs": null.
[[nodiscard]] std::optional<Json> list_page_of(const Json& items, const PageQuery& asked);

} // namespace chutes::sandbox
