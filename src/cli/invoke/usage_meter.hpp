// Measures an answer: its tokens, the time to the first text, and the rate of the rest.
#pragma once

#include "cli/cache/price_cache.hpp"
#include "platform/clock.hpp"
#include "service/chat/chat_completion.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chutes::cli {

// Passes an answer on to `inner` and notes when its first text or reasoning arrived.
class UsageMeter final : public service::ChatListener {
public:
  // Starts the clock. Both must outlive this.
  UsageMeter(service::ChatListener& inner, const Clock& clock)
      : m_inner(inner), m_clock(clock), m_began(clock.steady()) {}

  void text(std::string_view piece) override;
  void reasoning(std::string_view piece) override;

  // "usage: 12 tokens in, 34 out, first after 0.52 s, 80 tokens/s, about $0.000021"; leaves out what is
  // unknown. `streamed`: the rate counts from the first text, not from the request.
  [[nodiscard]] std::string usage_line(const service::ChatOutcome& outcome, bool streamed,
                                       const std::optional<Price>& price) const;

private:
  void note_first();

  service::ChatListener& m_inner;
  const Clock& m_clock;
  SteadyInstant m_began;
  std::optional<SteadyInstant> m_first;
};

} // namespace chutes::cli
