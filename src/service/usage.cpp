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

// Absent if the member is there and is not a number.
template <typename Number>
std::optional<Number> number_or_0(const Json& item, const char* name,
                                  std::optional<Number> (*read)(const Json&, std::string_view)) {
  const Json* value = find_field(item, name);
  return value == nullptr || value->is_null() ? Number{0} : read(item, name);
}

std::optional<Usage> usage_of(const Json& item) {
  const auto text = string_field(item, "bucket");
  const auto at = text ? parse_time(*text) : std::nullopt;
  const auto amount = number_or_0(item, "amount", number_field);
  const auto count = number_or_0(item, "count", integer_field);
  const auto input = number_or_0(item, "input_tokens", integer_field);
  const auto output = number_or_0(item, "output_tokens", integer_field);
  return at && amount && count && input && output
             ? std::optional{Usage{*at, *amount, *count, *input, *output}}
             : std::nullopt;
}

} // namespace

std::vector<Usage> read_usage(const Json& items) {
  std::vector<Usage> buckets;
  if (!items.is_array())
    return buckets;
  buckets.reserve(items.size());
  for (const auto& item : items)
    if (const auto usage = usage_of(item))
      buckets.push_back(*usage);
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
