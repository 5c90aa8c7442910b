// The custom_ids of a batch: each identifies the result of one line.
#pragma once

#include "service/batch/batch_line.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace chutes::service {

class CustomIds {
public:
  // Returns why the custom_id of `line` cannot identify its result: it is empty, or that of another line that
  // was shown before. Empty if it can, or there is none.
  [[nodiscard]] std::string fault_of(const BatchLine& line);

private:
  std::unordered_map<std::uint64_t, std::size_t> m_numbers; // of the lines, by key
};

} // namespace chutes::service
