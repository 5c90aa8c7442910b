// Connects to the origin of a URL: name resolution, TCP, proxy and TLS, within one time limit.
#pragma once

#include "base/url.hpp"
#include "linux/http/connection.hpp"
#include "linux/http/proxy.hpp"
#include "linux/net/address_resolver.hpp"
#include "linux/tls/tls_trust.hpp"
#include "platform/environment.hpp"

#include <mutex>

namespace chutes::on_linux {

class Connector {
public:
  // Keeps references to both; proxy and trust come from the environment.
  Connector(const Environment& environment, AddressResolver& resolver)
      : m_environment(environment), m_resolver(resolver) {}

  // Throws Error{network} as its parts do, Error{usage} for plain http to a machine elsewhere and for
  // settings in the environment that cannot be used. From any thread.
  [[nodiscard]] std::unique_ptr<Connection> connect(const Url& url, const Wait& wait, SteadyInstant deadline);

private:
  SSL_CTX* context(); // made at the first use
  // `stream` leads to the proxy; the result leads to the origin of `url`.
  std::unique_ptr<ByteStream> tunnel(std::unique_ptr<ByteStream> stream, const Proxy& proxy, const Url& url,
                                     const Wait& wait, SteadyInstant deadline);
  // TLS over `stream` with `host`, which errors call `name`.
  std::unique_ptr<ByteStream> protect(std::unique_ptr<ByteStream> stream, const std::string& host,
                                      const std::string& name, const Wait& wait, SteadyInstant deadline);

  const Environment& m_environment;
  AddressResolver& m_resolver;
  std::mutex m_mutex;
  SslContext m_context;
};

} // namespace chutes::on_linux
