#include "base/url.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace chutes {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_';
}

bool is_ipv6_character(char c) {
  return (c >= 'a' && c <= 'f') || is_digit(c) || c == ':' || c == '.';
}

// A part of an IPv4 address as RFC 3986 §3.2.2 writes it. Resolvers read a leading zero as octal, and others
// do not: 0127 is 87 to them.
bool is_decimal_octet(const std::string& text) {
  unsigned value = 256;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value <= 255 &&
         (text.size() == 1 || text.front() != '0');
}

// 127.0.0.0/8 in four decimal parts. What else resolvers take for an address (127.1, 0x7f000001) is none
// here.
bool is_loopback_ipv4(std::string_view host) {
  const auto parts = split(host, '.');
  return parts.size() == 4 && parts.front() == "127" &&
         std::all_of(parts.begin(), parts.end(), is_decimal_octet);
}

std::uint16_t default_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

// Splits "host", "host:port" or "[v6]:port" into the URL's fields; false if it is none of them.
bool read_authority(std::string_view authority, Url& url) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos)
      return false;
    url.host = lower(authority.substr(1, close - 1));
    if (url.host.find(':') == std::string::npos ||
        !std::all_of(url.host.begin(), url.host.end(), is_ipv6_character))
      return false;
    const auto rest = authority.substr(close + 1);
    if (!rest.empty() && rest.front() != ':')
      return false;
    url.port_given = !rest.empty();
    port = rest.empty() ? rest : rest.substr(1);
  } else {
    const auto colon = authority.find(':');
    url.host = lower(authority.substr(0, colon));
    if (url.host.empty() || !std::all_of(url.host.begin(), url.host.end(), is_name_character))
      return false;
    url.port_given = colon != std::string_view::npos;
    port = url.port_given ? authority.substr(colon + 1) : std::string_view{};
  }
  url.port = default_port(url.scheme);
  if (!url.port_given)
    return true;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  return error == std::errc{} && end == port.data() + port.size() && url.port != 0;
}

} // namespace

std::optional<Url> Url::parse(std::string_view text) {
  const bool clean = std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\' && c != '#';
  });
  const auto scheme_end = text.find("://");
  if (!clean || scheme_end == std::string_view::npos)
    return std::nullopt;
  Url url;
  url.scheme = lower(text.substr(0, scheme_end));
  if (url.scheme != "http" && url.scheme != "https")
    return std::nullopt;
  text.remove_prefix(scheme_end + 3);
  const auto authority_end = std::min(text.find_first_of("/?"), text.size());
  if (!read_authority(text.substr(0, authority_end), url))
    return std::nullopt;
  text.remove_prefix(authority_end);
  const auto question = text.find('?');
  url.path = text.substr(0, question);
  if (question != std::string_view::npos)
    url.query = std::string{text.substr(question + 1)};
  return url;
}

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == default_port(scheme) ? name : name + ":" + std::to_string(port);
}

std::string Url::origin() const {
  return scheme + "://" + authority();
}

std::string Url::target() const {
  const std::string start = path.empty() ? "/" : path;
  return query ? start + "?" + *query : start;
}

bool Url::is_loopback() const {
  return is_loopback_ipv4(host) || host == "localhost" || host == "::1";
}

Url Url::with_path_added(std::string_view suffix) const {
  Url result = *this;
  while (result.path.ends_with('/'))
    result.path.pop_back();
  result.path += suffix;
  result.query.reset();
  return result;
}

} // namespace chutes
