// Reaching a host that has several addresses, some of which may be dead (RFC 8305, "happy eyeballs").
#pragma once

#include "linux/net/address_resolver.hpp"
#include "linux/process/file_descriptor.hpp"

namespace chutes::on_linux {

// Connects to the first address that answers: the next one is tried as soon as one fails, or after 250 ms of
// silence, while the earlier ones keep their chance. The socket is non-blocking, close-on-exec and has
// TCP_NODELAY. `name` is what errors call the host. Throws Error{network} when none answers or the deadline
// comes first.
[[nodiscard]] FileDescriptor tcp_connect(const std::vector<SocketAddress>& addresses, const std::string& name,
                                         const Wait& wait, SteadyInstant deadline);

} // namespace chutes::on_linux
