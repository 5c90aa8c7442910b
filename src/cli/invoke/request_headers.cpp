#include "cli/invoke/request_headers.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cctype>

namespace chutes::cli {

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

void add_headers(HttpRequest& request, const std::vector<std::string>& headers) {
  for (const auto& header : headers) {
    const auto colon = header.find(':');
    const auto name = header.substr(0, colon);
    if (colon == std::string::npos || name.empty())
      throw Error{ErrorKind::usage, "-H wants NAME:VALUE", "for example -H 'X-Enable-Thinking: true'"};
    if (upper_case(name) == "AUTHORIZATION" || upper_case(name) == "HOST" ||
        upper_case(name) == "CONTENT-LENGTH")
      throw Error{ErrorKind::usage, "the header " + name + " is this program's own business",
                  "another credential is given by CHUTES_ACCESS_TOKEN or CHUTES_API_KEY"};
    const auto begin = header.find_first_not_of(' ', colon + 1);
    std::erase_if(request.headers,
                  [&](const auto& known) { return upper_case(known.first) == upper_case(name); });
    request.headers.emplace_back(name, begin == std::string::npos ? "" : header.substr(begin));
  }
}

} // namespace chutes::cli
