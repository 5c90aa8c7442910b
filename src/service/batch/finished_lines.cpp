#include "service/batch/finished_lines.hpp"

#include <algorithm>

namespace chutes::service {

void FinishedLines::add(std::uint64_t key, std::uint64_t digest) {
  m_entries.push_back({key, digest});
  m_sorted = false;
}

void FinishedLines::sort() {
  if (!m_sorted) {
    std::sort(m_entries.begin(), m_entries.end());
    m_entries.erase(std::unique(m_entries.begin(), m_entries.end()), m_entries.end());
  }
  m_sorted = true;
}

std::size_t FinishedLines::count() {
  sort();
  return m_entries.size();
}

FinishedLines::Verdict FinishedLines::verdict(std::uint64_t key, std::uint64_t digest) {
  sort();
  const auto begin = std::lower_bound(m_entries.begin(), m_entries.end(), Entry{key, 0});
  if (begin == m_entries.end() || begin->key != key)
    return Verdict::open;
  return std::binary_search(begin, m_entries.end(), Entry{key, digest}) ? Verdict::finished : Verdict::other;
}

} // namespace chutes::service
