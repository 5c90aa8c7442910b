// What is typed on the controlling terminal and not shown: the answer to one question, or lines that may come
// while something else goes on.
#pragma once

#include "base/secret.hpp"
#include "linux/process/signal_watch.hpp"
#include "platform/terminal.hpp"

#include <memory>
#include <optional>
#include <string>

namespace chutes::on_linux {

// Asks on /dev/tty, whatever the standard streams are connected to. Absent: there is no terminal, we are not
// in its foreground (asking would stop us), or the input ended. The echo is back afterwards in every case.
// Throws Error{interrupted|terminated} on a signal.
[[nodiscard]] std::optional<Secret> ask_hidden(const std::string& prompt, SignalWatch& signals);

// The same, but what is typed is shown.
[[nodiscard]] std::optional<std::string> ask_shown(const std::string& prompt, SignalWatch& signals);

// Null in the same cases.
[[nodiscard]] std::unique_ptr<HiddenInput> listen_hidden();

} // namespace chutes::on_linux
