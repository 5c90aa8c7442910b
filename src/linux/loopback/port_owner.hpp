// Who listens on a TCP port of this machine, as far as /proc tells this user.
#pragma once

#include <cstdint>
#include <string>

namespace chutes::on_linux {

// "name (pid N)"; empty if nobody listens or the owner may not be seen. Talks to nobody.
[[nodiscard]] std::string port_owner(std::uint16_t port);

} // namespace chutes::on_linux
