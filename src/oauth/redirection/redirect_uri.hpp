// A loopback redirect URI (RFC 8252 §7.3), kept byte for byte as it was registered.
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

  // Absent unless it is http, on 127.0.0.1, [::1] or localhost, with a path and without query or fragment.
  [[nodiscard]] static std::optional<RedirectUri> parse(std::string_view text);

  [[nodiscard]] LoopbackFamily family() const;
  // Whether no port is named, which at servers that obey RFC 8252 §7.3 means any port will do.
  [[nodiscard]] bool any_port() const { return !url.port_given; }
  // The same URI with `port` put in where none was named.
  [[nodiscard]] RedirectUri with_port(std::uint16_t port) const;

  friend bool operator==(const RedirectUri&, const RedirectUri&) = default;
};

} // namespace chutes::oauth
