// The ledger of invocations, the quota rules and the resulting refusals. Amounts are USD; quota units are
// requests (a repeat of the same request within 15 minutes counts a tenth).
#pragma once

#include "base/json_fields.hpp"
#include "base/time_text.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::sandbox {

struct Invocation {
  std::string user_id;
  std::string chute_id;
  Instant at;
  double amount = 0;
  double units = 1;
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
};

// The invocations since the sandbox started. Thread-safe.
class InvocationLedger {
public:
  void record(const Invocation& invocation);
  [[nodiscard]] std::vector<Invocation> of_user(std::string_view user_id) const;
  // Returns the units used since midnight UTC, for one chute or (empty) for all.
  [[nodiscard]] double units_today(std::string_view user_id, std::string_view chute_id, Instant now) const;
  // Returns the units that this request costs: 1, or 0.1 if the same request came within the last 15 minutes.
  [[nodiscard]] double units_of(const std::string& user_id, const std::string& body, Instant now);

private:
  struct Day {
    Instant begin{};
    double units = 0;
  };

  mutable std::mutex m_mutex;
  std::vector<Invocation> m_invocations;
  std::map<std::string, Day, std::less<>> m_days; // the last day of each user, and of each user and chute
  std::map<std::string, Instant> m_seen;
};

// The quota of a user for one chute.
struct QuotaState {
  std::optional<std::int64_t> total; // absent: unlimited (a free or invoiced account)
  double used = 0;
  [[nodiscard]] bool exceeded() const { return total && used >= static_cast<double>(*total); }
};

// Returns the quota of one chute from any of the three forms of `quotas`: its own row, else "*".
[[nodiscard]] std::optional<std::int64_t> quota_of(const Json& quotas, std::string_view chute_id);

// Returns the detail of a 402 answer; absent if the account can pay. `tee`: the chute runs in a trusted
// execution environment.
[[nodiscard]] std::optional<Json> payment_refusal(const Json& settings, const std::string& payment_address,
                                                  const QuotaState& quota, bool tee, Instant now);

// Returns the next midnight UTC after `now`.
[[nodiscard]] Instant next_midnight(Instant now);

} // namespace chutes::sandbox
