// The service's page object: {"total", "page", "limit", "items", "cord_refs": null}, pages counted from 0.
#pragma once

#include "base/json_fields.hpp"
#include "sandbox/world/api_answer.hpp"

namespace chutes::sandbox {

struct PageAsked {
  std::size_t page = 0;
  std::size_t limit = 25;
};

// `page` and `limit` of the query; limit 0 counts as 25.
[[nodiscard]] PageAsked page_asked(QueryReader& query);
void answer_page_of(httplib::Response& response, const Json& items, const PageAsked& asked);

} // namespace chutes::sandbox
