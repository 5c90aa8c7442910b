#include "linux/files/line_splitter.hpp"

#include <utility>

namespace chutes::on_linux {

std::vector<InputLine> LineSplitter::feed(std::string_view bytes) {
  std::vector<InputLine> lines;
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    hold(bytes.substr(0, end));
    lines.push_back(take());
    bytes.remove_prefix(end + 1);
  }
  hold(bytes);
  return lines;
}

std::vector<InputLine> LineSplitter::finish() {
  if (m_partial.empty() && !m_too_long)
    return {};
  return {take()};
}

void LineSplitter::hold(std::string_view bytes) {
  m_too_long = m_too_long || bytes.size() > m_longest - m_partial.size();
  if (m_too_long)
    std::string{}.swap(m_partial);
  else
    m_partial += bytes;
}

InputLine LineSplitter::take() {
  if (m_partial.ends_with('\r'))
    m_partial.pop_back();
  return {std::exchange(m_partial, {}), std::exchange(m_too_long, false)};
}

} // namespace chutes::on_linux
