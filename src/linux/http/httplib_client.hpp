// The HTTP client: httplib frames requests and responses over connections of ours (connector.hpp), and every
// byte it reads is checked first (response_guard.hpp).
#pragma once

#include "linux/process/signal_watch.hpp"
#include "platform/environment.hpp"
#include "platform/http_client.hpp"
#include "platform/terminal.hpp"

#include <memory>

namespace chutes::on_linux {

class AddressResolver;

// Connections are kept for the next request to the same origin. Proxies (HTTPS_PROXY, ALL_PROXY, NO_PROXY in
// both spellings) and trust (SSL_CERT_FILE, SSL_CERT_DIR) come from `environment`, which must outlive the
// client, like `signals`.
class HttplibClient final : public HttpClient {
public:
  // Reports on `terminal`, which must outlive it too, that connecting or the answer takes long.
  HttplibClient(const Environment& environment, SignalWatch& signals, Terminal& terminal);
  // Reports nothing, and resolves names with `resolver`, which must outlive the client.
  HttplibClient(const Environment& environment, SignalWatch& signals, AddressResolver& resolver);
  ~HttplibClient() override;
  HttplibClient(const HttplibClient&) = delete;
  HttplibClient& operator=(const HttplibClient&) = delete;

  // A request on a kept connection that dies before a byte of the answer came is repeated once on a new one,
  // if it is a GET or HEAD, or if it came too late to be heard: after the server had closed. So is one whose
  // answer on a kept or prepared connection says that the server gave up waiting for it (408), and closes.
  HttpResponse send(const HttpRequest& request) override;
  HttpResponse stream(const HttpRequest& request, const HeadSink& on_head, const BodySink& sink) override;
  void prepare(const Url& url) noexcept override;

private:
  struct Parts;
  std::unique_ptr<Parts> m_parts;
};

} // namespace chutes::on_linux
