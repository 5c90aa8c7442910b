#include "oauth/same_site.hpp"

namespace chutes::oauth {
namespace {

// Where the label that ends before `end` begins.
std::size_t label_begin(const std::string& host, std::size_t end) {
  const auto dot = end == 0 ? std::string::npos : host.rfind('.', end - 1);
  return dot == std::string::npos ? 0 : dot + 1;
}

// "example.org" of "idp.example.org": the last two labels, or three where the second last is a short one
// below a country ("idp.example.co.uk"), as registries sell them. IP addresses stand for themselves.
std::string domain_of(const std::string& host) {
  constexpr std::size_t country = 2;
  constexpr std::size_t longest_sold_below = 3; // "co", "ac", "com", "net"
  const bool address =
      host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
  if (address || host.ends_with('.') || host.find('.') == std::string::npos)
    return host;
  const auto last = label_begin(host, host.size());
  const auto second = label_begin(host, last - 1);
  const bool sold_below = host.size() - last == country && last - 1 - second <= longest_sold_below;
  return host.substr(sold_below && second > 0 ? label_begin(host, second - 1) : second);
}

} // namespace

bool same_site(const std::string& host, const std::string& issuer) {
  return host == issuer || host.ends_with("." + issuer) || domain_of(host) == domain_of(issuer);
}

} // namespace chutes::oauth
