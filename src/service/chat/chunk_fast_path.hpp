// Reads most chunks of a stream without parsing them as JSON. The chunks of one stream differ only in their
// content and a few numbers, so one parsed chunk serves as a template for the next.
#pragma once

#include "base/json_fields.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::service {

struct NumberPlace {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class ChunkFastPath {
public:
  // Replaces the template by `data`, whose parsed form is `chunk`, if the chunk has one choice and its delta
  // holds only content; otherwise drops the template.
  void learn(std::string_view data, const Json& chunk);

  // Whether `data` matches the template: the same bytes around the content, except for whole numbers after it
  // (those of its usage). If so, appends the content to `text`. Leaves content with complex escapes to the
  // parser.
  [[nodiscard]] bool read(std::string_view data, std::string& text) const;

private:
  [[nodiscard]] bool knows(std::string_view data) const;
  [[nodiscard]] bool tail_matches(std::string_view rest) const;

  std::string m_before;               // up to the opening quotation mark of the content; empty: no template
  std::string m_after;                // from the closing quotation mark
  std::vector<NumberPlace> m_numbers; // in m_after; they may differ
};

} // namespace chutes::service
