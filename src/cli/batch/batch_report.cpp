#include "cli/batch/batch_report.hpp"

#include "base/number_text.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

bool used(const BatchTally& tally) {
  return tally.use.input > 0 || tally.use.output > 0;
}

} // namespace

void BatchTally::add(const std::optional<service::TokenUse>& tokens, const std::optional<double>& cost) {
  if (!tokens)
    return;
  use.input += tokens->input;
  use.output += tokens->output;
  cost_usd += cost.value_or(0);
  unpriced += cost ? 0 : 1;
}

std::string progress_text(const BatchTally& tally, std::size_t in_progress, SteadyInstant::duration passed) {
  const double seconds = std::chrono::duration<double>(passed).count();
  std::string text = std::to_string(tally.answered) + " answered, " + std::to_string(tally.failed) +
                     " failed, " + std::to_string(in_progress) + " in progress";
  if (seconds >= 1)
    text += ", " + decimal(static_cast<double>(tally.answered) / seconds, 1) + "/s";
  if (tally.cost_usd > 0)
    text += ", " + usd(tally.cost_usd, 4);
  return text;
}

std::string summary_text(const BatchTally& tally) {
  std::string text =
      counted(tally.answered, "line") + " answered, " + std::to_string(tally.failed) + " failed";
  if (tally.finished_before > 0)
    text += ", " + std::to_string(tally.finished_before) + " answered earlier";
  if (tally.retries > 0)
    text += "; " + counted(tally.retries, "retry", "retries");
  if (!used(tally))
    return text;
  text += "; " + std::to_string(tally.use.input) + " tokens in, " + std::to_string(tally.use.output) + " out";
  if (tally.unpriced == 0)
    text += ", " + usd(tally.cost_usd, 4) + " at list prices";
  else if (tally.cost_usd > 0)
    text += ", " + usd(tally.cost_usd, 4) + " at list prices, not counting " +
            counted(tally.unpriced, "answer") + " of unknown price";
  return text;
}

Json summary_json(const BatchTally& tally) {
  Json summary{{"answered", tally.answered},
               {"failed", tally.failed},
               {"answered_before", tally.finished_before},
               {"retries", tally.retries},
               {"usage", {{"prompt_tokens", tally.use.input}, {"completion_tokens", tally.use.output}}}};
  if (used(tally) && tally.unpriced == 0)
    summary["cost_usd"] = tally.cost_usd;
  return Json{{"batch", summary}};
}

} // namespace chutes::cli
