// Reads the lines of a batch on a worker, a little ahead of the requests.
#pragma once

#include "platform/json_lines_files.hpp"
#include "platform/worker_pool.hpp"
#include "service/batch/batch_line.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace chutes::cli {

// Parses a line as a request; absent for a blank line.
[[nodiscard]] std::optional<service::BatchLine> batch_line(const InputLine& line, std::size_t number,
                                                           const service::BatchDefaults& defaults);

class BatchInput {
public:
  // All must outlive this.
  BatchInput(LineReader& reader, const service::BatchDefaults& defaults, WorkerPool& pool)
      : m_reader(reader), m_defaults(defaults), m_pool(pool) {}

  // Returns the next line that has been read. Absent if there is none; more are then being read, unless
  // `ended`.
  [[nodiscard]] std::optional<service::BatchLine> next();
  [[nodiscard]] bool reading() const { return m_reading; }
  [[nodiscard]] bool ended() const { return m_ended && m_lines.empty(); }

private:
  void read_more();

  LineReader& m_reader;
  const service::BatchDefaults& m_defaults;
  WorkerPool& m_pool;
  std::deque<InputLine> m_lines;
  std::size_t m_number = 0; // of the last line returned
  bool m_reading = false;
  bool m_ended = false;
};

} // namespace chutes::cli
