#include "cli/invoke/usage_meter.hpp"

#include "base/number_text.hpp"

namespace chutes::cli {
namespace {

double seconds(SteadyInstant::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string count_text(const std::optional<long>& count) {
  return count ? std::to_string(*count) : "?";
}

// "$1.25" for a dollar or more, else with six decimals: "$0.000021".
std::string cost_text(long tokens_in, long tokens_out, const Price& price) {
  constexpr double million = 1e6;
  const double cost =
      (static_cast<double>(tokens_in) * price.input + static_cast<double>(tokens_out) * price.output) /
      million;
  return usd(cost, cost >= 1 ? 2 : 6);
}

} // namespace

void UsageMeter::text(std::string_view piece) {
  note_first();
  m_inner.text(piece);
}

void UsageMeter::reasoning(std::string_view piece) {
  note_first();
  m_inner.reasoning(piece);
}

void UsageMeter::note_first() {
  if (!m_first)
    m_first = m_clock.steady();
}

std::string UsageMeter::usage_line(const service::ChatOutcome& outcome, bool streamed,
                                   const std::optional<Price>& price) const {
  std::string line = "usage: " + count_text(outcome.prompt_tokens) + " tokens in, " +
                     count_text(outcome.completion_tokens) + " out";
  if (m_first) {
    line += ", first after " + decimal(seconds(*m_first - m_began), 2) + " s";
    const double writing = seconds(m_clock.steady() - (streamed ? *m_first : m_began));
    if (outcome.completion_tokens && writing > 0)
      line += ", " + decimal(static_cast<double>(*outcome.completion_tokens) / writing, 0) + " tokens/s";
  }
  if (price && outcome.prompt_tokens && outcome.completion_tokens)
    line += ", about " + cost_text(*outcome.prompt_tokens, *outcome.completion_tokens, *price);
  return line;
}

} // namespace chutes::cli
