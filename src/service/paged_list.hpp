// A list that the service gives a page at a time. It may put fewer items on a page than were asked for: only
// its `total` tells when the list is complete.
#pragma once

#include "base/json_fields.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace chutes::service {

class PagedList {
public:
  // `what` it is a list of, for messages; `page_size` is how many items a page is asked for.
  PagedList(std::string what, std::size_t page_size) : m_what(std::move(what)), m_page_size(page_size) {}

  // Returns the items of the next page's document, which live as long as that. Throws Error{service} if it
  // holds no list.
  [[nodiscard]] const Json& items_of(const Json& document);
  const Json& items_of(Json&& document) = delete;
  // The same; throws too if an item is no object.
  [[nodiscard]] const Json& objects_of(const Json& document);
  const Json& objects_of(Json&& document) = delete;
  // Whether the page taken last was the last one: the total is reached, or it is empty; without a total, it
  // is not full.
  [[nodiscard]] bool ended() const { return m_ended; }
  [[nodiscard]] std::size_t read() const { return m_read; }
  // How many items the service counted beyond those read.
  [[nodiscard]] std::size_t missing() const;

private:
  [[noreturn]] void throw_no_list() const;

  std::string m_what;
  std::size_t m_page_size;
  std::size_t m_read = 0;
  std::size_t m_total = 0;
  bool m_ended = false;
};

} // namespace chutes::service
