#include "linux/connector.hpp"

#include "base/error.hpp"
#include "linux/proxy.hpp"
#include "linux/proxy_tunnel.hpp"
#include "linux/tcp_connect.hpp"
#include "linux/tls_session.hpp"

namespace chutes::on_linux {

std::unique_ptr<Connection> Connector::connect(const Url& url, const Wait& wait, SteadyInstant deadline) {
  if (!url.is_protected())
    throw Error{ErrorKind::usage, "plain http goes to this machine only, not to " + url.host, "use https"};
  const auto proxy = proxy_for(m_environment, url);
  const std::string& host = proxy ? proxy->host : url.host;
  const auto addresses = m_resolver.resolve(host, proxy ? proxy->port : url.port, wait, deadline);
  const std::string reached = proxy ? "the proxy " + proxy->authority() : url.authority();
  auto plain = std::make_unique<PlainStream>(tcp_connect(addresses, reached, wait, deadline));
  if (proxy)
    open_tunnel(*plain, *proxy, url, wait, deadline);
  if (url.scheme == "http")
    return std::make_unique<Connection>(std::move(plain), url.authority());
  auto tls = tls_handshake(context(), plain->take_socket(), url.host, url.authority(), wait, deadline);
  return std::make_unique<Connection>(std::move(tls), url.authority());
}

SSL_CTX* Connector::context() {
  const std::lock_guard guard{m_mutex};
  if (!m_context)
    m_context = make_client_context(trust_places(m_environment));
  return m_context.get();
}

} // namespace chutes::on_linux
