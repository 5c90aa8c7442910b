// Adds the headers of -H to a request.
#pragma once

#include "platform/http_client.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// Splits each "NAME:VALUE". Throws Error{usage} for text that is not a header (RFC 9110 §5), and for the
// headers that the program sets itself: the credential, the framing and the connection's.
[[nodiscard]] HttpHeaders parse_headers(const std::vector<std::string>& headers);

// Adds all of them, also several of one name, in place of the request's own of these names. Of Content-Type,
// which a request has once, the last is taken. Throws as parse_headers.
void add_headers(HttpRequest& request, const std::vector<std::string>& headers);

} // namespace chutes::cli
