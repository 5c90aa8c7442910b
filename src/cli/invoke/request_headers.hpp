// Headers the user adds to a request (-H).
#pragma once

#include "platform/http_client.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

// ASCII only: names of headers and methods.
[[nodiscard]] std::string upper_case(std::string text);

// Each "NAME:VALUE" takes the place of a header of that name. Throws Error{usage} for what is no header, or
// this program's own business.
void add_headers(HttpRequest& request, const std::vector<std::string>& headers);

} // namespace chutes::cli
