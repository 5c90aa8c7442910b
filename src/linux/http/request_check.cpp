#include "linux/http/request_check.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/header_fields.hpp"

#include <algorithm>
#include <array>

namespace chutes::on_linux {
namespace {

bool is_ours(const std::string& name) {
  static constexpr std::array<std::string_view, 7> ours{
      "host",   "content-length",     "transfer-encoding", "connection", "accept-encoding",
      "expect", "proxy-authorization"};
  return std::find(ours.begin(), ours.end(), lower(name)) != ours.end();
}

} // namespace

void check_request(const HttpRequest& request) {
  const std::string target = request.url.target();
  const bool clean_target =
      std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!is_token(request.method) || request.method == "CONNECT" || !clean_target)
    throw Error{ErrorKind::internal, "a request line cannot be written with that method or address"};
  for (const auto& [name, value] : request.headers)
    if (!is_token(name) || !is_field_value(value) || is_ours(name))
      throw Error{ErrorKind::internal,
                  "a request cannot have that header" + (is_token(name) ? ": " + name : "")};
  if (!request.url.is_protected())
    throw Error{ErrorKind::usage, "plain http is allowed only to this machine, not to " + request.url.host,
                "use https"};
}

} // namespace chutes::on_linux
