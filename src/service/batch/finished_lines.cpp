#include "service/batch/finished_lines.hpp"

#include <algorithm>

namespace chutes::service {

void FinishedLines::add(std::uint64_t key, std::uint64_t digest) {
  m_entries.push_back({key, digest});
  m_sorted = false;
}

FinishedLines::Verdict FinishedLines::verdict(const BatchLine& line) {
  if (!m_sorted)
    std::sort(m_entries.begin(), m_entries.end());
  m_sorted = true;
  const auto key = line.key();
  const auto begin = std::lower_bound(m_entries.begin(), m_entries.end(), Entry{key, 0});
  if (begin == m_entries.end() || begin->key != key)
    return Verdict::open;
  return std::binary_search(begin, m_entries.end(), Entry{key, line.digest}) ? Verdict::finished
                                                                             : Verdict::other;
}

} // namespace chutes::service
