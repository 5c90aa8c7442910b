#include "oauth/redirection/callback_request.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace chutes::oauth {
namespace {

constexpr std::size_t longest_head = 8192;

using Headers = std::vector<std::pair<std::string, std::string>>; // names in lower case

bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || is_digit(c) || others.find(c) != std::string_view::npos;
  });
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

// The line up to CRLF, removed from `rest`; absent if there is no CRLF.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const auto end = rest.find("\r\n");
  if (end == std::string_view::npos)
    return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

std::optional<Headers> read_headers(std::string_view rest) {
  Headers headers;
  while (const auto line = take_line(rest)) {
    if (line->empty())
      return rest.empty() ? std::optional{headers} : std::nullopt;
    const auto colon = line->find(':');
    if (colon == std::string_view::npos || !is_token(line->substr(0, colon)) || has_control_character(*line))
      return std::nullopt; // a folded line starts with a space and so has no token before the colon
    headers.emplace_back(lower(line->substr(0, colon)), std::string{trim(line->substr(colon + 1), " \t")});
  }
  return std::nullopt;
}

// The value of a header; absent if there is none. Sets `repeated` if there are several.
std::optional<std::string> single(const Headers& headers, std::string_view name, bool& repeated) {
  std::optional<std::string> value;
  for (const auto& [key, text] : headers)
    if (key == name) {
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
std::optional<RefusedRequest> validate_intent(const Headers& headers) {
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
  const auto headers = read_headers(head);
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
