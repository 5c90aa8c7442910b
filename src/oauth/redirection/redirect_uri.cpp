#include "oauth/redirection/redirect_uri.hpp"

namespace chutes::oauth {

std::optional<RedirectUri> RedirectUri::parse(std::string_view text) {
  auto url = Url::parse(text);
  if (!url || url->scheme != "http" || url->query || url->path.empty() || url->path.starts_with("//"))
    return std::nullopt;
  if (url->host != "127.0.0.1" && url->host != "::1" && url->host != "localhost")
    return std::nullopt;
  return RedirectUri{std::string{text}, std::move(*url)};
}

LoopbackFamily RedirectUri::family() const {
  if (url.host == "localhost")
    return LoopbackFamily::localhost;
  return url.host == "::1" ? LoopbackFamily::ipv6 : LoopbackFamily::ipv4;
}

RedirectUri RedirectUri::with_port(std::uint16_t port) const {
  RedirectUri result = *this;
  result.url.port = port;
  result.url.port_given = true;
  result.text = result.url.text();
  return result;
}

} // namespace chutes::oauth
