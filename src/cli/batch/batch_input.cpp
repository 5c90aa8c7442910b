#include "cli/batch/batch_input.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"

#include <exception>
#include <iterator>

namespace chutes::cli {

std::optional<service::BatchLine> batch_line(const InputLine& line, std::size_t number,
                                             const service::BatchDefaults& defaults) {
  if (line.too_long) {
    service::BatchLine refused;
    refused.number = number;
    refused.fault = "the line exceeds 64 MiB";
    return refused;
  }
  const std::string text{number == 1 ? without_byte_order_mark(line.text) : line.text};
  if (trim(text, " \t").empty())
    return std::nullopt;
  return service::parse_batch_line(text, number, defaults);
}

std::optional<service::BatchLine> BatchInput::next() {
  while (!m_lines.empty()) {
    auto line = batch_line(m_lines.front(), ++m_number, m_defaults);
    m_lines.pop_front();
    if (line)
      return line;
  }
  read_more();
  return std::nullopt;
}

void BatchInput::read_more() {
  if (m_reading || m_ended)
    return;
  m_reading = true;
  m_pool.submit([this]() -> Completion {
    try {
      return [this, lines = m_reader.next()]() mutable {
        m_reading = false;
        m_ended = lines.empty();
        m_lines.assign(std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
      };
    } catch (...) {
      return [failure = std::current_exception()] { std::rethrow_exception(failure); };
    }
  });
}

} // namespace chutes::cli
