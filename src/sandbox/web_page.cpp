#include "sandbox/web_page.hpp"

#include "base/ascii.hpp"

#include <httplib.h>

namespace chutes::sandbox {
namespace {

bool is_this_machine(const std::string& authority) {
  const auto port = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
  const auto host = lower(std::string_view{authority}.substr(0, port));
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost" || host.ends_with(".localhost");
}

} // namespace

bool is_from_web_page(const httplib::Request& request) {
  const auto site = request.get_header_value("Sec-Fetch-Site");
  return request.has_header("Origin") || !(site.empty() || site == "none" || site == "same-origin") ||
         request.get_header_value_count("Host") != 1 || !is_this_machine(request.get_header_value("Host"));
}

} // namespace chutes::sandbox
