// Facts in a text for people: names of options, numbers, paths, URLs. The sentences around them are for
// golden files.
#pragma once

#include <string>
#include <vector>

namespace chutes {

// Returns the first of `facts` that is not in `text`; empty if all are. For CHECK(missing(text,
// {…}).empty()).
inline std::string missing(const std::string& text, const std::vector<std::string>& facts) {
  for (const auto& fact : facts)
    if (text.find(fact) == std::string::npos)
      return fact;
  return {};
}

} // namespace chutes
