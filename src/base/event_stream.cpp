#include "base/event_stream.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <utility>

namespace chutes {
namespace {

constexpr std::size_t largest_event = 16U << 20U;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Whether a line with this name is of the format, and of no use here: a comment has none.
bool is_field(std::string_view name) {
  return name.empty() || name == "id" || name == "retry";
}

// Where the first line ends. Looks no further: else many lines of one piece would each search all that
// follows.
std::size_t line_end(std::string_view text, bool has_carriage_returns) {
  if (!has_carriage_returns)
    return text.find('\n');
  const auto* end = std::find_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
  return end == text.end() ? std::string_view::npos : static_cast<std::size_t>(end - text.begin());
}

void check_size(std::size_t bytes) {
  if (bytes > largest_event)
    throw Error{ErrorKind::service, "the service sent an event of more than 16 MiB",
                "request less at a time"};
}

} // namespace

void EventStream::begin_piece(std::string_view bytes) {
  m_piece = bytes;
  if (m_skip_line_feed && !bytes.empty()) {
    m_skip_line_feed = false;
    if (bytes.front() == '\n')
      m_piece.remove_prefix(1);
  }
  m_has_carriage_returns = m_piece.find('\r') != std::string_view::npos;
}

std::optional<std::string_view> EventStream::next_line() {
  if (std::exchange(m_line_is_joined, false))
    m_buffer.clear();
  const auto end = line_end(m_piece, m_has_carriage_returns);
  if (end == std::string_view::npos)
    return std::nullopt;
  auto line = m_piece.substr(0, end);
  const auto rest = m_piece.substr(end);
  m_piece = rest.substr(rest.starts_with("\r\n") ? 2 : 1);
  m_skip_line_feed = rest == "\r"; // the other half of a CR LF may come with the next piece
  if (!m_buffer.empty()) {
    m_line_is_joined = true;
    line = m_buffer.append(line);
  }
  if (std::exchange(m_at_start, false) && line.starts_with(byte_order_mark))
    line.remove_prefix(byte_order_mark.size());
  return line;
}

void EventStream::take_line(std::string_view line) {
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
  if (value.starts_with(' '))
    value.remove_prefix(1);
  if (name == "data")
    add_data(value);
  else if (name == "event")
    m_next_name = value;
  else if (!is_field(name))
    add_stray_line(line);
}

void EventStream::add_stray_line(std::string_view line) {
  m_is_malformed = true;
  m_event_has_stray_lines = true;
  m_stray_lines += line;
  m_stray_lines += '\n';
  check_size(m_stray_lines.size());
}

std::string EventStream::take_stray_lines() {
  return std::exchange(m_stray_lines, {});
}

void EventStream::add_data(std::string_view value) {
  if (m_data_in_place)
    m_data = *std::exchange(m_data_in_place, std::nullopt);
  if (!m_has_data && !m_line_is_joined) {
    m_data_in_place = value;
  } else if (m_has_data) {
    m_data += '\n';
    m_data += value;
  } else {
    m_data = value;
  }
  m_has_data = true;
  check_size(m_data_in_place ? m_data_in_place->size() : m_data.size());
}

std::optional<std::string_view> EventStream::take_data() {
  if (!m_name.empty() || !m_next_name.empty())
    m_name = std::exchange(m_next_name, {});
  const bool has_stray_lines = std::exchange(m_event_has_stray_lines, false);
  if (!std::exchange(m_has_data, false))
    return m_name.empty() && !has_stray_lines ? std::nullopt : std::optional{std::string_view{}};
  return std::exchange(m_data_in_place, std::nullopt).value_or(m_data);
}

void EventStream::end_piece() {
  m_buffer.append(m_piece);
  m_piece = {};
  if (m_data_in_place)
    m_data = *std::exchange(m_data_in_place, std::nullopt);
  check_size(m_buffer.size());
}

std::string EventStream::take_unfinished_line() {
  auto line = std::exchange(m_buffer, {});
  if (std::exchange(m_at_start, false) && line.starts_with(byte_order_mark))
    line.erase(0, byte_order_mark.size());
  return line;
}

} // namespace chutes
