// Reads and answers the service's page object: {"total", "page", "limit", "items", "cord_refs": null}, pages
// counted from 0.
#pragma once

#include "base/json_fields.hpp"
#include "sandbox/world/api_answer.hpp"

namespace chutes::sandbox {

struct PageQuery {
  std::size_t page = 0;
  std::size_t limit = 25;
};

// Reads `page` and `limit` of the query; limit 0 counts as 25.
[[nodiscard]] PageQuery page_query(QueryReader& query);
// Answers the requested page of `items`.
void answer_items_page(httplib::Response& response, const Json& items, const PageQuery& query);

} // namespace chutes::sandbox
