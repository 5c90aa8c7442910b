// Sockets that listen on this machine's loopback addresses and do not share their port.
#pragma once

#include "linux/process/file_descriptor.hpp"
#include "platform/loopback.hpp"

#include <cstdint>
#include <vector>

namespace chutes::on_linux {

// One listening socket for each address of `family` that this machine has, all on `port`; 0 means any free
// one and is replaced by it. None if another process holds the port on one of them. SO_REUSEADDR and
// close-on-exec are set, SO_REUSEPORT never. Throws Error{usage} where this user may not have the port, and
// Error{internal} where there is no loopback address at all.
[[nodiscard]] std::vector<FileDescriptor> bind_loopback(LoopbackFamily family, std::uint16_t& port);

} // namespace chutes::on_linux
