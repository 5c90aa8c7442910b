#include "oauth/redirection/callback_request.hpp"

#include "base/ascii.hpp"
#include "base/header_fields.hpp"

#include <algorithm>
#include <optional>

namespace chutes::oauth {
namespace {

constexpr std::size_t longest_head = 8192;

// The value of a header; absent if there is none. Sets `repeated` if there are several.
std::optional<std::string> single(const HeaderFields& headers, std::string_view name, bool& repeated) {
  std::optional<std::string> value;
  for (const auto& [key, text] : headers)
    if (equals_ignoring_case(key, name)) {
      repeated = repeated || value.has_value();
      value = text;
    }
  return value;
}

bool is_origin_form(std::string_view target) {
  return target.starts_with('/') && !target.starts_with("//") &&
         std::all_of(target.begin(), target.end(),
                     [](char c) { return c > 0x20 && c < 0x7f && c != '#' && c != '\\'; });
}

// Fetch metadata, if sent, must describe a navigation by the person, and a prefetch is not one.
std::optional<RefusedRequest> validate_intent(const HeaderFields& headers) {
  bool repeated = false;
  for (const char* name : {"sec-purpose", "purpose", "x-purpose", "x-moz"})
    if (lower(single(headers, name, repeated).value_or("")).find("pre") != std::string::npos)
      return RefusedRequest{204, "prefetch"};
  if (single(headers, "origin", repeated))
    return RefusedRequest{403, "origin"};
  if (single(headers, "sec-fetch-mode", repeated).value_or("navigate") != "navigate")
    return RefusedRequest{403, "fetch mode"};
  if (single(headers, "sec-fetch-dest", repeated).value_or("document") != "document")
    return RefusedRequest{403, "fetch destination"};
  if (repeated)
    return RefusedRequest{400, "repeated header"};
  return std::nullopt;
}

} // namespace

std::variant<CallbackRequest, RefusedRequest> read_callback_request(std::string_view head,
                                                                    std::string_view authority) {
  if (head.size() > longest_head)
    return RefusedRequest{431, "head too long"};
  const auto request_line = take_line(head);
  if (!request_line)
    return RefusedRequest{400, "no request line"};
  const auto first_space = request_line->find(' ');
  const auto last_space = request_line->rfind(' ');
  if (first_space == std::string_view::npos || first_space == last_space)
    return RefusedRequest{400, "request line"};
  const auto method = request_line->substr(0, first_space);
  const auto target = request_line->substr(first_space + 1, last_space - first_space - 1);
  const auto version = request_line->substr(last_space + 1);
  if (!is_token(method) || (version != "HTTP/1.1" && version != "HTTP/1.0"))
    return RefusedRequest{400, "method or version"};
  if (!is_origin_form(target))
    return RefusedRequest{400, "target"};
  const auto headers = parse_header_fields(head);
  if (!headers)
    return RefusedRequest{400, "headers"};
  bool repeated = false;
  const auto host = single(*headers, "host", repeated);
  if (!host || repeated || lower(*host) != authority)
    return RefusedRequest{421, "host"};
  if (method != "GET")
    return RefusedRequest{405, "method"};
  if (auto refusal = validate_intent(*headers))
    return *refusal;
  const auto question = target.find('?');
  return CallbackRequest{std::string{target.substr(0, question)},
                         question == std::string_view::npos ? "" : std::string{target.substr(question + 1)}};
}

} // namespace chutes::oauth
