// Moments as text: RFC 3339 UTC for machines, relative for people.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace chutes {

using Instant = std::chrono::sys_seconds; // a moment of the calendar, whole seconds, UTC

// "2026-11-23T10:59:00Z"
[[nodiscard]] std::string rfc3339(Instant instant);
// The four forms the service writes: ISO without zone (UTC), with 'Z' or an offset, and fractions of a second
// (dropped).
[[nodiscard]] std::optional<Instant> parse_time(std::string_view text);
// The three forms of RFC 9110 §5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT" and the obsolete ones of RFC 850, C.
[[nodiscard]] std::optional<Instant> parse_http_date(std::string_view text);
// "in 59 minutes", "2 hours ago", "now": the largest whole unit.
[[nodiscard]] std::string relative_time(Instant instant, Instant now);
// "59 minutes", "1 second"
[[nodiscard]] std::string duration_text(std::chrono::seconds duration);

} // namespace chutes
