// SOCKS 5 (RFC 1928): a tunnel through a SOCKS proxy to an origin.
#pragma once

#include "base/url.hpp"
#include "linux/http/proxy.hpp"
#include "linux/net/address_resolver.hpp"
#include "linux/net/byte_stream.hpp"

namespace chutes::on_linux {

// Asks the proxy behind `stream` to connect to the origin of `url`: by name if its kind is socks5h, else by
// the first address that `resolver` finds. Its credentials (RFC 1929) go nowhere else. Throws Error{network}
// when it refuses, breaks off or has not answered by then, Error{service} when it is no SOCKS 5 proxy, and
// Error{usage} for credentials or a name that do not fit.
void open_socks_tunnel(ByteStream& stream, const Proxy& proxy, const Url& url, AddressResolver& resolver,
                       const Wait& wait, SteadyInstant deadline);

} // namespace chutes::on_linux
