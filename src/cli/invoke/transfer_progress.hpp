// A line on the terminal that grows while much is sent or received.
#pragma once

#include "cli/command/context.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chutes::cli {

class TransferProgress {
public:
  // `what` begins the line: "Receiving". Nothing is shown with --quiet, and for less than a mebibyte.
  TransferProgress(std::string what, Context& context);
  ~TransferProgress(); // the line is taken away
  TransferProgress(const TransferProgress&) = delete;
  TransferProgress& operator=(const TransferProgress&) = delete;

  // How much there is going to be, where it is known.
  void expect(std::optional<std::uint64_t> total) { m_total = total; }
  // Shows the bytes of this request as they leave; outlives it.
  void follow(HttpRequest& request);
  // So much more has gone over the wire.
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
