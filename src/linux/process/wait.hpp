// How network code waits: for one descriptor, until a deadline, and only until a signal or a cancellation.
#pragma once

#include "platform/clock.hpp"

#include <functional>

namespace chutes::on_linux {

// Waits until `fd` has one of poll's `events`, or `deadline`. True: ready. Throws what ends every wait: a
// signal in the foreground, a cancellation in the background.
using Wait = std::function<bool(int fd, short events, SteadyInstant deadline)>;

// Throws if a wait would be ended now: for work that never has to wait because its bytes are always there
// already.
inline void check(const Wait& wait) {
  (void)wait(-1, 0, SteadyInstant{});
}

} // namespace chutes::on_linux
