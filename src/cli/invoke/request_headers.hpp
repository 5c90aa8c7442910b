// Adds the headers of -H to a request.
#pragma once

#include "platform/http_client.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// Adds each "NAME:VALUE", replacing a header of that name. Throws Error{usage} for text that is not a header,
// and for Authorization, Host and Content-Length, which the program sets itself.
void add_headers(HttpRequest& request, const std::vector<std::string>& headers);

} // namespace chutes::cli
