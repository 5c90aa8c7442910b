// Rejects requests that could be read as two, or that set headers of the client's own.
#pragma once

#include "platform/http_client.hpp"

namespace chutes::on_linux {

// Throws Error{internal} for a method, target or header that cannot be written as one (line ends, spaces,
// NUL) or that the client sets itself (Host, Content-Length, …), Error{usage} for plain http to a machine
// elsewhere.
void check_request(const HttpRequest& request);

} // namespace chutes::on_linux
