#include "service/batch/custom_ids.hpp"

#include "base/ascii.hpp"
#include "base/terminal_text.hpp"

namespace chutes::service {

std::string CustomIds::fault_of(const BatchLine& line) {
  if (!line.custom_id)
    return {};
  if (line.custom_id->empty())
    return "custom_id is empty";
  const auto [earlier, is_new] = m_numbers.emplace(line.key(), line.number);
  return is_new ? std::string{}
                : "custom_id " + quote(one_line(*line.custom_id, 60)) + " is that of line " +
                      std::to_string(earlier->second);
}

} // namespace chutes::service
