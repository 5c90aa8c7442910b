#include "linux/http/response_head.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace chutes::on_linux {
namespace {

constexpr std::string_view whitespace = " \t";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(whitespace);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(whitespace) - begin + 1);
}

// The text up to CRLF, which is taken off `rest` with it. Every line of a collected head has one.
std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find("\r\n");
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

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

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

std::string lower_case(std::string_view text) {
  std::string result{text};
  for (char& c : result)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::size_t ResponseHead::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      headers.begin(), headers.end(), [&](const auto& header) { return lower_case(header.first) == name; }));
}

std::string ResponseHead::joined(std::string_view name) const {
  std::string result;
  for (const auto& [key, value] : headers)
    if (lower_case(key) == name)
      result += (result.empty() ? "" : ", ") + value;
  return result;
}

bool HeadReader::take(std::string_view& bytes) {
  constexpr std::string_view start = "HTTP/1.";
  while (!bytes.empty()) {
    // One line at a time, so that a wrong line ending is noticed where it stands.
    const auto line_end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    if (m_taken + line_end > head_limit)
      refuse_answer(m_peer, "the head of its answer is too long");
    m_text += bytes.substr(0, line_end);
    m_taken += line_end;
    bytes.remove_prefix(line_end);
    if (m_text.compare(0, start.size(), start.substr(0, m_text.size())) != 0)
      refuse_answer(m_peer, "it does not speak HTTP/1.1 there");
    if (!m_text.ends_with('\n'))
      return false;
    if (!m_text.ends_with("\r\n"))
      refuse_answer(m_peer, "a line of its answer ends improperly");
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
  if (!parse_status_line(next_line(rest), m_head))
    refuse_answer(m_peer, "the first line of its answer is not HTTP/1.1");
  while (rest.size() > 2) {
    const auto line = next_line(rest);
    const auto colon = line.find(':');
    // A name with a space in it covers obsolete line folding (RFC 9112 §5.2) as well.
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
        !is_field_value(line.substr(colon + 1)))
      refuse_answer(m_peer, "a header of its answer is malformed");
    m_head.headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  }
}

} // namespace chutes::on_linux
