// The chunks of one stream are alike but for a few words and numbers. What was learned from one that has been
// parsed tells the text of the next without parsing it: most of a long answer is read so.
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
  // Learns from a chunk of one choice whose delta says nothing but its content, and forgets what it knew.
  // From any other it learns nothing.
  void learn(std::string_view data, const Json& chunk);

  // Whether `data` is such a chunk again: the same bytes around another content, whole numbers behind it
  // aside (those of its usage). Then its content is appended to `text`. A content that wants more than the
  // plainest decoding is left to the parser.
  [[nodiscard]] bool read(std::string_view data, std::string& text) const;

private:
  [[nodiscard]] bool ends_alike(std::string_view rest) const;

  std::string m_before; // up to the quotation mark that opens the content; empty: nothing was learned
  std::string m_after;  // from the one that closes it
  std::vector<NumberPlace> m_numbers; // in m_after, that others may stand for
};

} // namespace chutes::service
