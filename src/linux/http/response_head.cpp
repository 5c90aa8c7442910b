#include "linux/http/response_head.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/header_fields.hpp"

#include <algorithm>

namespace chutes::on_linux {
namespace {

// "HTTP/1.1 200 OK"; the reason may be empty and, as many servers do, the space before it missing.
bool parse_status_line(std::string_view line, ResponseHead& head) {
  if (line.size() < 12 || !line.starts_with("HTTP/1.") || (line[7] != '0' && line[7] != '1') ||
      line[8] != ' ')
    return false;
  if (!std::all_of(line.begin() + 9, line.begin() + 12, is_digit) || (line.size() > 12 && line[12] != ' '))
    return false;
  head.http_1_0 = line[7] == '0';
  head.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  return head.status >= 100 && head.status < 600 && is_field_value(line.substr(12));
}

} // namespace

void refuse_answer(const std::string& peer, const std::string& why) {
  throw Error{ErrorKind::service, "could not understand " + peer + ": " + why,
              "check the address, and the proxy if there is one"};
}

std::size_t ResponseHead::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(headers.begin(), headers.end(), [&](const auto& header) {
    return equals_ignoring_case(header.first, name);
  }));
}

std::string ResponseHead::joined(std::string_view name) const {
  std::string result;
  for (const auto& [key, value] : headers)
    if (equals_ignoring_case(key, name))
      result += (result.empty() ? "" : ", ") + value;
  return result;
}

bool HeadReader::take(std::string_view& bytes) {
  constexpr std::string_view start = "HTTP/1.";
  while (!bytes.empty()) {
    // One line at a time, so that a wrong line ending is noticed at once.
    const auto line_end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    if (m_taken + line_end > head_limit)
      refuse_answer(m_peer, "the head of its answer is too long");
    m_text += bytes.substr(0, line_end);
    m_taken += line_end;
    bytes.remove_prefix(line_end);
    if (m_text.compare(0, start.size(), start.substr(0, m_text.size())) != 0)
      refuse_answer(m_peer, "it does not speak HTTP/1.1");
    if (!m_text.ends_with('\n'))
      return false;
    if (!m_text.ends_with("\r\n"))
      refuse_answer(m_peer, "a line of its answer does not end with CRLF");
    if (m_text.ends_with("\r\n\r\n")) {
      parse();
      return true;
    }
  }
  return false;
}

void HeadReader::parse() {
  m_head = {};
  std::string_view rest{m_text};
  const auto status_line = take_line(rest); // present: the head ends with an empty line
  if (!status_line || !parse_status_line(*status_line, m_head))
    refuse_answer(m_peer, "the first line of its answer is not HTTP/1.1");
  auto fields = parse_header_fields(rest);
  if (!fields)
    refuse_answer(m_peer, "a header of its answer is malformed");
  m_head.headers = std::move(*fields);
}

} // namespace chutes::on_linux
