// One question on the controlling terminal whose answer is not shown.
#pragma once

#include "base/secret.hpp"
#include "linux/signal_watch.hpp"

#include <optional>
#include <string>

namespace chutes::on_linux {

// Asks on /dev/tty, whatever the standard streams are connected to. Absent: there is no terminal, we are not
// in its foreground (asking would stop us), or the input ended. The echo is back afterwards in every case.
// Throws Error{interrupted|terminated} on a signal.
[[nodiscard]] std::optional<Secret> ask_hidden(const std::string& prompt, SignalWatch& signals);

} // namespace chutes::on_linux
