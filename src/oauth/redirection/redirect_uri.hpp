// A loopback redirect URI (RFC 8252 §7.3), byte for byte as registered.
#pragma once

#include "base/url.hpp"
#include "platform/loopback.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chutes::oauth {

struct RedirectUri {
  std::string text;
  Url url;

  // Parses a URI; absent unless it is http, on 127.0.0.1, [::1] or localhost, with a path and without query
  // or fragment.
  [[nodiscard]] static std::optional<RedirectUri> parse(std::string_view text);

  [[nodiscard]] LoopbackFamily family() const;
  // Whether the URI names no port, which RFC 8252 §7.3 servers take for any port.
  [[nodiscard]] bool any_port() const { return !url.port_given; }
  // The same URI with `port`.
  [[nodiscard]] RedirectUri with_port(std::uint16_t port) const;

  friend bool operator==(const RedirectUri&, const RedirectUri&) = default;
};

} // namespace chutes::oauth
