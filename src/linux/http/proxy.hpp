// The proxy for a host, read from the environment as curl does.
#pragma once

#include "base/secret.hpp"
#include "base/url.hpp"
#include "platform/environment.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chutes::on_linux {

enum class ProxyKind {
  http,
  https,   // HTTP over TLS to the proxy
  socks5,  // which is given the origin's address
  socks5h, // which is given the origin's name
};

struct Proxy {
  ProxyKind kind = ProxyKind::http;
  std::string variable; // that names it
  std::string host;
  std::uint16_t port = 0;
  Secret credentials; // "user:password" decoded, for Basic (RFC 7617) or SOCKS (RFC 1929); empty: none

  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string text() const { return "the proxy " + authority(); } // as errors call it
};

// The proxy for an https URL: https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY, the first that is set, unless
// the host is loopback or no_proxy/NO_PROXY names it. Its scheme is http (the default), https, socks5 or
// socks5h. Absent: go directly. Throws Error{usage} for a proxy we cannot talk to; the error never shows its
// user name or password.
[[nodiscard]] std::optional<Proxy> proxy_for(const Environment& environment, const Url& url);

// Whether `list` (commas or spaces; "*" is everything, "example.org" and ".example.org" the domain and what
// is below it, an address, or a network as "10.0.0.0/8") contains `host`.
[[nodiscard]] bool no_proxy_covers(std::string_view list, const std::string& host);

} // namespace chutes::on_linux
