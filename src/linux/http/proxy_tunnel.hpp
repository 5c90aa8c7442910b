// CONNECT (RFC 9110 §9.3.6): a tunnel through an HTTP proxy to an https origin.
#pragma once

#include "base/url.hpp"
#include "linux/http/connection.hpp"
#include "linux/http/proxy.hpp"

namespace chutes::on_linux {

// Asks the proxy behind `stream` for a tunnel to the origin of `url`. Nothing of the later request is shown
// to it; its credentials go nowhere else. Throws Error{network} when it refuses, breaks off or has
// not answered by then.
void open_tunnel(ByteStream& stream, const Proxy& proxy, const Url& url, const Wait& wait,
                 SteadyInstant deadline);

} // namespace chutes::on_linux
