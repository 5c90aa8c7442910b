#include "base/event_stream.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace chutes {
namespace {

constexpr std::size_t largest_event = 16U << 20U;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Whether a line is one of the format: a field it knows, or a comment.
bool is_field(std::string_view line) {
  const auto name = line.substr(0, line.find(':'));
  return name.empty() || name == "data" || name == "event" || name == "id" || name == "retry";
}

} // namespace

std::string_view EventStream::without_late_line_feed(std::string_view bytes) {
  if (bytes.empty() || !m_skip_line_feed)
    return bytes;
  m_skip_line_feed = false;
  return bytes.front() == '\n' ? bytes.substr(1) : bytes;
}

bool EventStream::next_line(std::size_t begin, std::size_t& end) {
  const auto from = begin < m_searched ? m_searched : begin;
  const auto line_feed = m_buffer.find('\n', from);
  const auto carriage_return = std::string_view{m_buffer}.substr(0, line_feed).find('\r', from);
  end = std::min(line_feed, carriage_return);
  if (end == std::string::npos) {
    m_searched = m_buffer.size() - begin; // `begin` bytes are about to be erased
    return false;
  }
  m_searched = 0;
  m_next = end + 1;
  if (m_buffer[end] == '\r' && m_next == m_buffer.size())
    m_skip_line_feed = true;
  else if (m_buffer[end] == '\r' && m_buffer[m_next] == '\n')
    ++m_next;
  return true;
}

bool EventStream::is_astray() const {
  return !m_stray_line.empty() || (!m_buffer.empty() && !is_field(m_buffer));
}

void EventStream::take_line(std::string_view line) {
  if (m_at_start && line.starts_with(byte_order_mark))
    line.remove_prefix(byte_order_mark.size());
  m_at_start = false;
  if (line.empty()) {
    m_data.clear();
    m_has_data = false;
    return;
  }
  const auto colon = line.find(':');
  const auto field = line.substr(0, colon);
  if (field == "data") {
    auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' '))
      value.remove_prefix(1);
    if (m_has_data)
      m_data += '\n';
    m_data += value;
    m_has_data = true;
    check_size(m_data.size());
  } else if (!is_field(line)) {
    m_stray_line = line;
  }
}

void EventStream::check_size(std::size_t bytes) {
  if (bytes > largest_event)
    throw Error{ErrorKind::service, "the service sent an event of more than 16 MiB",
                "ask for less at a time"};
}

} // namespace chutes
