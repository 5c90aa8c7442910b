#include "service/usage.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {
namespace {

void add(Usage& sum, const Usage& bucket) {
  sum.usd += bucket.usd;
  sum.requests += bucket.requests;
  sum.input_tokens += bucket.input_tokens;
  sum.output_tokens += bucket.output_tokens;
}

Instant span_of(Instant at, std::chrono::seconds width) {
  return Instant{at.time_since_epoch() / width * width};
}

} // namespace

std::vector<Usage> read_usage(const Json& items) {
  std::vector<Usage> buckets;
  if (!items.is_array())
    return buckets;
  for (const auto& item : items) {
    const auto text = string_field(item, "bucket");
    const auto at = text ? parse_time(*text) : std::nullopt;
    if (at)
      buckets.push_back({*at, number_field(item, "amount").value_or(0),
                         integer_field(item, "count").value_or(0),
                         integer_field(item, "input_tokens").value_or(0),
                         integer_field(item, "output_tokens").value_or(0)});
  }
  return buckets;
}

std::vector<Usage> summed(const std::vector<Usage>& buckets, std::chrono::seconds width, Instant from,
                          Instant to) {
  std::vector<Usage> spans;
  const auto first = span_of(from, width);
  for (auto begin = first; begin <= to; begin += width)
    spans.push_back({begin, 0, 0, 0, 0});
  for (const auto& bucket : buckets)
    if (bucket.begin >= first && bucket.begin <= to)
      add(spans[static_cast<std::size_t>((bucket.begin - first) / width)], bucket);
  return spans;
}

} // namespace chutes::service
