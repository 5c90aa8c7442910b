#include "cli/invoke/request_headers.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <array>

namespace chutes::cli {

namespace {

bool is_reserved(const std::string& name) {
  constexpr std::array reserved{"Authorization", "Host", "Content-Length"};
  return std::any_of(reserved.begin(), reserved.end(),
                     [&](const char* known) { return equals_ignoring_case(name, known); });
}

} // namespace

void add_headers(HttpRequest& request, const std::vector<std::string>& headers) {
  for (const auto& header : headers) {
    const auto colon = header.find(':');
    const auto name = header.substr(0, colon);
    if (colon == std::string::npos || name.empty())
      throw Error{ErrorKind::usage, "-H must be NAME:VALUE", "for example, -H 'X-Enable-Thinking: true'"};
    if (is_reserved(name))
      throw Error{ErrorKind::usage, "the header " + name + " cannot be set with -H",
                  "omit it; to use another credential, set CHUTES_ACCESS_TOKEN or CHUTES_API_KEY"};
    const auto begin = header.find_first_not_of(' ', colon + 1);
    std::erase_if(request.headers,
                  [&](const auto& known) { return equals_ignoring_case(known.first, name); });
    request.headers.emplace_back(name, begin == std::string::npos ? "" : header.substr(begin));
  }
}

} // namespace chutes::cli
