#include "linux/http/connector.hpp"

#include "base/error.hpp"
#include "linux/http/proxy.hpp"
#include "linux/http/proxy_tunnel.hpp"
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
std::string tls_name(const Url& url) {
  return url.host.ends_with('.') ? url.host.substr(0, url.host.size() - 1) : url.host;
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
  const std::string reached = proxy ? "the proxy " + proxy->authority() : url.authority();
  auto plain = std::make_unique<PlainStream>(tcp_connect(addresses, reached, busy_wait, deadline));
  if (proxy)
    open_tunnel(*plain, *proxy, url, wait, deadline);
  timing.connect = watch.lap();
  std::unique_ptr<ByteStream> stream = std::move(plain);
  if (url.scheme == "https") {
    auto& socket = static_cast<PlainStream&>(*stream);
    stream = tls_handshake(context(), socket.take_socket(), tls_name(url), url.authority(), wait, deadline);
    timing.tls = watch.lap();
  }
  auto connection = std::make_unique<Connection>(std::move(stream), url.authority());
  connection->took(timing);
  return connection;
}

SSL_CTX* Connector::context() {
  const std::lock_guard guard{m_mutex};
  if (!m_context)
    m_context = make_client_context(trust_places(m_environment));
  return m_context.get();
}

} // namespace chutes::on_linux
