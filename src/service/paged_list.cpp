#include "service/paged_list.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {

void PagedList::throw_no_list() const {
  throw Error{ErrorKind::service, "the service did not answer with a list of " + m_what, "try again"};
}

const Json& PagedList::objects_of(const Json& document) {
  if (objects_field(document, "items") == nullptr)
    throw_no_list();
  return items_of(document);
}

const Json& PagedList::items_of(const Json& document) {
  const Json* items = find_field(document, "items");
  if (items == nullptr || !items->is_array())
    throw_no_list();
  m_read += items->size();
  const auto total = integer_field(document, "total");
  m_total = total && *total > 0 ? static_cast<std::size_t>(*total) : 0;
  m_ended = items->empty() || (total ? m_read >= m_total : items->size() < m_page_size);
  return *items;
}

std::size_t PagedList::missing() const {
  return m_total > m_read ? m_total - m_read : 0;
}

} // namespace chutes::service
