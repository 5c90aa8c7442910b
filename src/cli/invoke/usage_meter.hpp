// What an answer took: tokens, the time to its first words, and how fast the rest came.
#pragma once

#include "cli/cache/price_cache.hpp"
#include "platform/clock.hpp"
#include "service/chat/chat_completion.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chutes::cli {

// Passes an answer on to `inner` and notes when its first words came, text or reasoning.
class UsageMeter final : public service::ChatListener {
public:
  // The time begins now. Both must outlive this.
  UsageMeter(service::ChatListener& inner, const Clock& clock)
      : m_inner(inner), m_clock(clock), m_began(clock.steady()) {}

  void text(std::string_view piece) override;
  void reasoning(std::string_view piece) override;

  // "usage: 12 tokens in, 34 out, first after 0.52 s, 80 tokens/s, about $0.000021"; facts that are not known
  // are left out. `streamed` says whether the time after the first words was the time of writing.
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
