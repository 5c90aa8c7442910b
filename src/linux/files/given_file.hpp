// A file that the user names for a secret, however it is kept, mounted or piped.
#pragma once

#include "base/secret.hpp"
#include "linux/process/signal_watch.hpp"
#include "platform/terminal.hpp"

#include <optional>
#include <string>

namespace chutes::on_linux {

// Returns the file's content, as FileOrigin::given describes; absent if there is no such file. Throws
// Error{file} with `path`. A wait for a pipe's writer is announced on `terminal` (null: nowhere), ends on a
// signal with Error{interrupted|terminated}, and takes at most five minutes.
[[nodiscard]] std::optional<Secret> read_given_file(const std::string& path, SignalWatch& signals,
                                                    Terminal* terminal);

} // namespace chutes::on_linux
