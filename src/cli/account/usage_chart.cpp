#include "cli/account/usage_chart.hpp"

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/output/table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace chutes::cli {
namespace {

constexpr std::chrono::hours an_hour{1};
constexpr std::chrono::hours a_day{24};

// "11-23", or "11-23 14h" where spans are hours.
std::string span_title(Instant begin, std::chrono::seconds width) {
  const auto text = rfc3339(begin);
  return text.substr(5, 5) + (width < a_day ? " " + text.substr(11, 2) + "h" : "");
}

std::string bar(double share, int width) {
  const auto filled = static_cast<int>(std::lround(share * width));
  std::string text;
  for (int i = 0; i < width; ++i)
    text += i < std::max(filled, share > 0 ? 1 : 0) ? "█" : " ";
  return text;
}

Row row_of(const std::string& title, const service::Usage& usage) {
  return {title, usd(usage.usd), short_count(usage.requests), short_count(usage.input_tokens),
          short_count(usage.output_tokens)};
}

std::string plain_lines(const std::vector<service::Usage>& spans) {
  std::vector<Row> rows;
  rows.reserve(spans.size());
  for (const auto& span : spans) {
    rows.push_back({rfc3339(span.begin), decimal(span.usd, 6), std::to_string(span.requests),
                    std::to_string(span.input_tokens), std::to_string(span.output_tokens)});
  }
  return table_text({{""}, {""}, {""}, {""}, {""}}, rows, std::nullopt);
}

} // namespace

std::chrono::seconds parse_period(const std::string& text, const std::string& option) {
  constexpr long most_hours = 366L * 24;
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit{end, text.data() + text.size()};
  const long hours = unit == "d" ? 24 : unit == "h" ? 1 : 0;
  if (error != std::errc{} || hours == 0 || number < 1 || number > most_hours / hours)
    throw Error{ErrorKind::usage, option + " must be days or hours such as 7d or 24h, at most a year",
                "for example " + option + "=7d"};
  return std::chrono::hours{number * hours};
}

std::chrono::seconds span_of_period(std::chrono::seconds period) {
  return period <= 2 * a_day ? std::chrono::seconds{an_hour} : std::chrono::seconds{a_day};
}

std::string usage_chart(const std::vector<service::Usage>& spans, std::chrono::seconds width,
                        std::optional<int> columns) {
  if (!columns)
    return plain_lines(spans);
  service::Usage sum;
  double dearest = 0;
  for (const auto& span : spans) {
    sum.usd += span.usd;
    sum.requests += span.requests;
    sum.input_tokens += span.input_tokens;
    sum.output_tokens += span.output_tokens;
    dearest = std::max(dearest, span.usd);
  }
  constexpr int beside_bar = 48; // the other columns
  const int bar_width = std::clamp(*columns - beside_bar, 0, 40);
  std::vector<Row> rows;
  for (const auto& span : spans) {
    rows.push_back(row_of(span_title(span.begin, width), span));
    rows.back().push_back(bar(dearest > 0 ? span.usd / dearest : 0, bar_width));
  }
  rows.push_back(row_of("sum", sum));
  return table_text({{"UTC"}, {"SPENT", true}, {"REQUESTS", true}, {"TOKENS IN", true}, {"OUT", true}, {""}},
                    rows, columns);
}

} // namespace chutes::cli
