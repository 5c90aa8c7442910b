#include "sandbox/identity/page.hpp"

#include <nlohmann/json.hpp>

namespace chutes::sandbox {

PageQuery page_query(QueryReader& query) {
  constexpr std::size_t usual_limit = 25;
  constexpr std::size_t no_limit = 1'000'000;
  PageQuery asked{query.whole("page", 0, 0, no_limit), query.whole("limit", usual_limit, 0, no_limit)};
  if (asked.limit == 0)
    asked.limit = usual_limit;
  return asked;
}

void answer_items_page(httplib::Response& response, const Json& items, const PageQuery& asked) {
  Json on_page = Json::array();
  for (std::size_t i = asked.page * asked.limit; i < items.size() && on_page.size() < asked.limit; ++i)
    on_page.push_back(items[i]);
  answer_json(response, {{"total", items.size()},
                         {"page", asked.page},
                         {"limit", asked.limit},
                         {"items", on_page},
                         {"cord_refs", nullptr}});
}

} // namespace chutes::sandbox
