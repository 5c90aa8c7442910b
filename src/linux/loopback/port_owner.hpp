// The process that listens on a TCP port of this machine, from /proc.
#pragma once

#include <cstdint>
#include <string>

namespace chutes::on_linux {

// "name (pid N)"; empty if no process listens or its owner is hidden. Connects to nothing.
[[nodiscard]] std::string port_owner(std::uint16_t port);

} // namespace chutes::on_linux
