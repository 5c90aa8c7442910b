// Requests of a batch, in sixteen bytes each: those that an earlier run has answered, or those of its input.
#pragma once

#include "service/batch/batch_line.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace chutes::service {

class FinishedLines {
public:
  void add(std::uint64_t key, std::uint64_t digest);
  // Returns how many there are; one that was added twice counts once.
  [[nodiscard]] std::size_t count();

  enum class Verdict {
    open,     // not among them
    finished, // among them
    other,    // its custom_id (or number) is that of another request: the results belong to another input
  };
  [[nodiscard]] Verdict verdict(std::uint64_t key, std::uint64_t digest);
  [[nodiscard]] Verdict verdict(const BatchLine& line) { return verdict(line.key(), line.digest); }

private:
  struct Entry {
    std::uint64_t key;
    std::uint64_t digest;
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };
  void sort();

  std::vector<Entry> m_entries;
  bool m_sorted = true;
};

} // namespace chutes::service
