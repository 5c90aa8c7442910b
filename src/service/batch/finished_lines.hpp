// The lines of a batch that an earlier run has answered, in sixteen bytes each.
#pragma once

#include "service/batch/batch_line.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace chutes::service {

class FinishedLines {
public:
  void add(std::uint64_t key, std::uint64_t digest);
  [[nodiscard]] std::size_t count() const { return m_entries.size(); }

  enum class Verdict {
    open,     // not answered yet
    finished, // answered
    other, // its custom_id (or number) was answered for another request: the results belong to another input
  };
  [[nodiscard]] Verdict verdict(const BatchLine& line);

private:
  struct Entry {
    std::uint64_t key;
    std::uint64_t digest;
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };
  std::vector<Entry> m_entries;
  bool m_sorted = true;
};

} // namespace chutes::service
