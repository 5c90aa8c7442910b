// Shows the progress of a large transfer on the terminal.
#pragma once

#include "cli/command/context.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chutes::cli {

class TransferProgress {
public:
  // `what` begins the line: "Receiving". Shows nothing with --quiet, or for less than 1 MiB.
  TransferProgress(std::string what, Context& context);
  ~TransferProgress(); // removes the line
  TransferProgress(const TransferProgress&) = delete;
  TransferProgress& operator=(const TransferProgress&) = delete;

  // Sets the size of the transfer; absent if it is unknown.
  void expect(std::optional<std::uint64_t> total) { m_total = total; }
  // Shows the progress of sending `request`; must outlive it.
  void follow(HttpRequest& request);
  // Adds bytes that have been transferred.
  void moved(std::size_t bytes);

private:
  [[nodiscard]] std::string line() const;

  std::string m_what;
  Context& m_context;
  std::optional<std::uint64_t> m_total;
  std::uint64_t m_bytes = 0;
  SteadyInstant m_shown_at{};
  bool m_shown = false;
};

} // namespace chutes::cli
