#include "cli/cache/name_cache.hpp"

#include "base/ascii.hpp"
#include "cli/cache/dated_cache.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace chutes::cli {
namespace {

// The Levenshtein distance: how many letters to insert, delete or change.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row.back();
}

} // namespace

void cache_names(const char* kind, const std::vector<std::string>& names, const Url& service,
                 Platform& platform) noexcept {
  try {
    cache_document(kind, "names", Json(names), service, platform);
  } catch (const std::exception&) { // out of memory: works without a cache
  }
}

std::vector<std::string> cached_names(const char* kind, const Url& service, Platform& platform) noexcept {
  try {
    const auto document = cached_document(kind, service, platform);
    return document ? document->value("names", std::vector<std::string>{}) : std::vector<std::string>{};
  } catch (const std::exception&) {
    return {};
  }
}

std::vector<std::string> near_names(const std::string& name, const std::vector<std::string>& names) {
  constexpr std::size_t most = 3;
  constexpr std::size_t longest_compared = 200; // bytes; no name is longer
  if (name.empty() || name.size() > longest_compared)
    return {};
  const auto wanted = lower(name);
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto& candidate : names) {
    if (candidate == name)
      continue;
    const auto other = lower(candidate);
    const auto apart = other.find(wanted) != std::string::npos ? 0 : distance(wanted, other);
    if (apart <= wanted.size() / 4 + 1)
      ranked.emplace_back(apart, candidate);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> nearest;
  for (std::size_t i = 0; i < ranked.size() && i < most; ++i)
    nearest.push_back(ranked[i].second);
  return nearest;
}

} // namespace chutes::cli
