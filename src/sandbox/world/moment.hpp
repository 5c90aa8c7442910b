// Moments with microseconds, as the service's database keeps and writes them.
#pragma once

#include "base/time_text.hpp"

namespace chutes::sandbox {

using Moment = std::chrono::sys_time<std::chrono::microseconds>;

// "2026-11-27T10:59:00": UTC without a zone.
[[nodiscard]] std::string naive_time(Instant instant);
// "2026-11-27T10:59:00+00:00"
[[nodiscard]] std::string time_with_offset(Instant instant);
// The same with six digits of the second's fraction, and with "Z".
[[nodiscard]] std::string naive_moment(Moment moment);
[[nodiscard]] std::string moment_with_offset(Moment moment);
[[nodiscard]] std::string moment_in_utc(Moment moment);

// "Fri, 27 Nov 2026 10:59:00 GMT", RFC 9110 §5.6.7
[[nodiscard]] std::string http_date(Instant instant);

} // namespace chutes::sandbox
