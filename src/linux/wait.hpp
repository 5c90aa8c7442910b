// How the wire waits: on one descriptor, until a deadline, and never longer than the user wants.
#pragma once

#include "platform/clock.hpp"

#include <functional>

namespace chutes::on_linux {

// Waits until `fd` has one of poll's `events`, or `deadline`. True: ready. Throws what ends every wait: a
// signal in the foreground, a cancellation in the background.
using Wait = std::function<bool(int fd, short events, SteadyInstant deadline)>;

} // namespace chutes::on_linux
