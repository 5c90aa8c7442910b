#include "cli/invoke/request_headers.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/header_fields.hpp"
#include "base/terminal_text.hpp"

#include <algorithm>
#include <array>

namespace chutes::cli {

namespace {

bool is_reserved(const std::string& name) {
  constexpr std::array reserved{"Accept-Encoding",
                                "Authorization",
                                "Connection",
                                "Content-Length",
                                "Expect",
                                "Host",
                                "Keep-Alive",
                                "Proxy-Connection",
                                "TE",
                                "Trailer",
                                "Transfer-Encoding",
                                "Upgrade",
                                "Proxy-Authorization"};
  return std::any_of(reserved.begin(), reserved.end(),
                     [&](const char* known) { return equals_ignoring_case(name, known); });
}

void remove_named(const std::string& name, HttpHeaders& headers) {
  std::erase_if(headers, [&](const auto& header) { return equals_ignoring_case(header.first, name); });
}

} // namespace

HttpHeaders parse_headers(const std::vector<std::string>& headers) {
  HttpHeaders parsed;
  parsed.reserve(headers.size());
  for (const auto& header : headers) {
    const auto colon = header.find(':');
    const auto name = header.substr(0, colon);
    if (colon == std::string::npos || !is_token(name))
      throw Error{ErrorKind::usage, "-H must be NAME:VALUE", "for example, -H 'X-Enable-Thinking: true'"};
    if (is_reserved(name))
      throw Error{ErrorKind::usage, "the header " + name + " cannot be set with -H",
                  equals_ignoring_case(name, "Authorization")
                      ? "omit it; to use another credential, set CHUTES_ACCESS_TOKEN or CHUTES_API_KEY"
                      : "omit it; the program sets it itself where it is needed"};
    std::string value{trim(header.substr(colon + 1), " \t")};
    if (!is_field_value(value))
      throw Error{ErrorKind::usage,
                  "the value of the header " + one_line(name, 80) +
                      " has a character that a header cannot hold",
                  "remove line ends and other control characters from it"};
    parsed.emplace_back(name, std::move(value));
  }
  return parsed;
}

void add_headers(HttpRequest& request, const std::vector<std::string>& headers) {
  auto given = parse_headers(headers);
  for (const auto& header : given)
    remove_named(header.first, request.headers);
  for (auto& header : given) {
    if (equals_ignoring_case(header.first, "Content-Type"))
      remove_named(header.first, request.headers);
    request.headers.push_back(std::move(header));
  }
}

} // namespace chutes::cli
