#include "linux/http/proxy.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/form.hpp"
#include "linux/net/address_resolver.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <initializer_list>
#include <netinet/in.h>

namespace chutes::on_linux {
namespace {

struct Scheme {
  std::string_view name;
  ProxyKind kind;
  std::uint16_t port; // curl's, for a proxy URL without one
};
constexpr std::array<Scheme, 4> schemes{{{"http", ProxyKind::http, 1080},
                                         {"https", ProxyKind::https, 443},
                                         {"socks5", ProxyKind::socks5, 1080},
                                         {"socks5h", ProxyKind::socks5h, 1080}}};

struct Setting {
  std::string name;
  std::string value;
};

std::optional<Setting> first_set(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (auto value = environment.find(name))
      return Setting{name, *value};
  return std::nullopt;
}

[[noreturn]] void refuse(const Setting& setting, const std::string& why) {
  throw Error{ErrorKind::usage, "the proxy in " + setting.name + " cannot be used: " + why,
              "set it to http://HOST:PORT, or add the host to NO_PROXY"};
}

// Takes the scheme from the front of `text`.
const Scheme& take_scheme(std::string& text, const Setting& setting) {
  const auto end = text.find("://");
  if (end == std::string::npos)
    return schemes.front();
  const auto name = lower(text.substr(0, end));
  text.erase(0, end + 3);
  const auto* found =
      std::find_if(schemes.begin(), schemes.end(), [&](const Scheme& scheme) { return scheme.name == name; });
  if (found == schemes.end())
    refuse(setting, "only http://, https://, socks5:// and socks5h:// proxies are supported");
  return *found;
}

Proxy parse_proxy(const Setting& setting) {
  std::string text = setting.value;
  const auto& scheme = take_scheme(text, setting);

  Proxy proxy;
  proxy.kind = scheme.kind;
  proxy.variable = setting.name;
  const auto authority_end = std::min(text.find_first_of("/?#"), text.size());
  if (const auto at = text.rfind('@', authority_end); at != std::string::npos && at < authority_end) {
    const auto decoded = percent_decode(text.substr(0, at));
    if (!decoded ||
        std::any_of(decoded->begin(), decoded->end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
      refuse(setting, "its user name or password is not encoded properly");
    proxy.credentials = Secret{decoded->find(':') == std::string::npos ? *decoded + ":" : *decoded};
    text.erase(0, at + 1);
  }
  const auto url = Url::parse("http://" + text.substr(0, std::min(text.find_first_of("/?#"), text.size())));
  if (!url)
    refuse(setting, "it is not an address");
  proxy.host = url->host;
  proxy.port = url->port_given ? url->port : scheme.port;
  return proxy;
}

// The address's bytes: four or sixteen.
std::optional<std::string> address_bytes(const std::string& text) {
  const auto address = literal_address(text, 0);
  if (!address)
    return std::nullopt;
  if (address->family() == AF_INET) {
    const auto& ipv4 = *reinterpret_cast<const sockaddr_in*>(&address->storage);
    return std::string(reinterpret_cast<const char*>(&ipv4.sin_addr), sizeof ipv4.sin_addr);
  }
  const auto& ipv6 = *reinterpret_cast<const sockaddr_in6*>(&address->storage);
  return std::string(reinterpret_cast<const char*>(&ipv6.sin6_addr), sizeof ipv6.sin6_addr);
}

bool same_prefix(const std::string& a, const std::string& b, std::size_t bits) {
  if (a.size() != b.size() || bits > a.size() * 8)
    return false;
  const auto whole = bits / 8;
  if (a.compare(0, whole, b, 0, whole) != 0)
    return false;
  const auto rest = bits % 8;
  return rest == 0 || static_cast<unsigned char>(a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

bool entry_covers_address(std::string entry, const std::string& host_bytes) {
  std::size_t bits = host_bytes.size() * 8;
  if (const auto slash = entry.find('/'); slash != std::string::npos) {
    const auto* end = entry.data() + entry.size();
    const auto parsed = std::from_chars(entry.data() + slash + 1, end, bits);
    if (parsed.ec != std::errc{} || parsed.ptr != end)
      return false;
    entry.erase(slash);
  }
  if (entry.starts_with('[') && entry.ends_with(']'))
    entry = entry.substr(1, entry.size() - 2);
  const auto bytes = address_bytes(entry);
  return bytes && same_prefix(*bytes, host_bytes, bits);
}

bool entry_covers_name(std::string_view entry, std::string_view host) {
  if (entry.starts_with('.'))
    entry.remove_prefix(1);
  if (entry.ends_with('.'))
    entry.remove_suffix(1);
  if (entry.empty() || !host.ends_with(entry))
    return false;
  return host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.';
}

} // namespace

std::string Proxy::authority() const {
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

bool no_proxy_covers(std::string_view list, const std::string& host) {
  if (list == "*")
    return true;
  const auto host_bytes = address_bytes(host);
  const std::string_view host_name =
      host.ends_with('.') ? std::string_view{host}.substr(0, host.size() - 1) : host;
  while (!list.empty()) {
    const auto end = std::min(list.find_first_of(", \t"), list.size());
    const auto entry = lower(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (entry.empty())
      continue;
    if (host_bytes ? entry_covers_address(entry, *host_bytes) : entry_covers_name(entry, host_name))
      return true;
  }
  return false;
}

std::optional<Proxy> proxy_for(const Environment& environment, const Url& url) {
  if (url.scheme != "https" || url.is_loopback())
    return std::nullopt;
  const auto setting = first_set(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  if (!setting)
    return std::nullopt;
  const auto exceptions = first_set(environment, {"no_proxy", "NO_PROXY"});
  if (exceptions && no_proxy_covers(exceptions->value, url.host))
    return std::nullopt;
  return parse_proxy(*setting);
}

} // namespace chutes::on_linux
