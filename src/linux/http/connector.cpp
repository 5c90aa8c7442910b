#include "linux/http/connector.hpp"

#include "base/error.hpp"
#include "linux/http/proxy.hpp"
#include "linux/http/proxy_tunnel.hpp"
#include "linux/http/socks_tunnel.hpp"
#include "linux/net/tcp_connect.hpp"
#include "linux/tls/tls_session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace chutes::on_linux {
namespace {

[[noreturn]] void refuse_plain_http(const Url& url) {
  throw Error{ErrorKind::usage, "plain http is allowed only to this machine, not to " + url.host,
              "use https"};
}

class Stopwatch {
public:
  // Since the last lap, or the beginning.
  std::chrono::microseconds lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration_cast<std::chrono::microseconds>(now - std::exchange(m_last, now));
  }

private:
  SteadyInstant m_last = std::chrono::steady_clock::now();
};

// Certificates and SNI know names without the dot that may end them (RFC 6066 §3).
std::string tls_name(const std::string& host) {
  return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

} // namespace

std::unique_ptr<Connection> Connector::connect(const Url& url, const Wait& wait, SteadyInstant deadline) {
  if (!url.is_protected())
    refuse_plain_http(url);
  // TLS is set up during the first wait, while a packet of ours is under way anyway.
  const Wait busy_wait = [&](int fd, short events, SteadyInstant until) {
    if (url.scheme == "https")
      (void)context();
    return wait(fd, events, until);
  };
  const auto proxy = proxy_for(m_environment, url);
  const std::string& host = proxy ? proxy->host : url.host;
  Stopwatch watch;
  ConnectTiming timing;
  const auto addresses = m_resolver.resolve(host, proxy ? proxy->port : url.port, busy_wait, deadline);
  timing.name = watch.lap();
  // A name may look like this machine ("127.0.0.1.2") and still be somebody else's.
  const auto is_here = [](const SocketAddress& address) { return address.is_loopback(); };
  if (url.scheme == "http" && !std::all_of(addresses.begin(), addresses.end(), is_here))
    refuse_plain_http(url);
  const std::string reached = proxy ? proxy->text() : url.authority();
  std::unique_ptr<ByteStream> stream =
      std::make_unique<PlainStream>(tcp_connect(addresses, reached, busy_wait, deadline));
  if (proxy)
    stream = tunnel(std::move(stream), *proxy, url, wait, deadline);
  timing.connect = watch.lap();
  if (url.scheme == "https") {
    stream = protect(std::move(stream), tls_name(url.host), url.authority(), wait, deadline);
    timing.tls = watch.lap();
  }
  auto connection = std::make_unique<Connection>(std::move(stream), url.authority());
  connection->took(timing);
  return connection;
}

std::unique_ptr<ByteStream> Connector::tunnel(std::unique_ptr<ByteStream> stream, const Proxy& proxy,
                                              const Url& url, const Wait& wait, SteadyInstant deadline) {
  if (proxy.kind == ProxyKind::socks5 || proxy.kind == ProxyKind::socks5h) {
    open_socks_tunnel(*stream, proxy, url, m_resolver, wait, deadline);
    return stream;
  }
  if (proxy.kind == ProxyKind::https)
    stream = protect(std::move(stream), tls_name(proxy.host), proxy.text(), wait, deadline);
  open_tunnel(*stream, proxy, url, wait, deadline);
  return stream;
}

std::unique_ptr<ByteStream> Connector::protect(std::unique_ptr<ByteStream> stream, const std::string& host,
                                               const std::string& name, const Wait& wait,
                                               SteadyInstant deadline) {
  return tls_handshake(context(), std::move(stream), {host, name, trust_override(m_environment)}, wait,
                       deadline);
}

SSL_CTX* Connector::context() {
  const std::lock_guard guard{m_mutex};
  if (!m_context)
    m_context = make_client_context(trust_places(m_environment));
  return m_context.get();
}

} // namespace chutes::on_linux
