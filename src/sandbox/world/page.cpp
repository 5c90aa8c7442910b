#include "sandbox/world/page.hpp"

#include <nlohmann/json.hpp>

#include <limits>

namespace chutes::sandbox {
namespace {

bool database_takes(const PageQuery& asked) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  if (asked.page < 0 || asked.limit < 0 || asked.limit == most)
    return false;
  return asked.limit == 0 || asked.page <= most / asked.limit;
}

} // namespace

std::optional<Json> page_of(const Json& items, const PageQuery& asked) {
  if (!database_takes(asked))
    return std::nullopt;
  const auto limit = static_cast<std::size_t>(asked.limit);
  Json on_page = Json::array();
  for (auto i = static_cast<std::size_t>(asked.page) * limit; i < items.size() && on_page.size() < limit; ++i)
    on_page.push_back(items[i]);
  return Json{
      {"total", items.size()}, {"page", asked.page}, {"limit", asked.limit}, {"items", std::move(on_page)}};
}

std::optional<Json> list_page_of(const Json& items, const PageQuery& asked) {
  constexpr std::int64_t usual_limit = 25;
  auto page = page_of(items, {asked.page, asked.limit == 0 ? usual_limit : asked.limit});
  if (page) {
    page->at("limit") = asked.limit;
    page->emplace("cord_refs", nullptr);
  }
  return page;
}

} // namespace chutes::sandbox
