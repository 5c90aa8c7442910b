// An HttpClient around an HttpClient that keeps a server from having us say aloud what we told it: the
// credentials of a request are taken out of the answers that are no success, whose words reach error
// messages.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "platform/http_client.hpp"

#include <mutex>
#include <vector>

namespace chutes::cli {

class RedactingHttpClient final : public HttpClient {
public:
  explicit RedactingHttpClient(HttpClient& inner) : m_inner(inner) {}

  HttpResponse send(const HttpRequest& request) override;
  HttpResponse stream(const HttpRequest& request, const HeadSink& on_head, const BodySink& sink) override;
  void prepare(const Url& url) noexcept override { m_inner.prepare(url); }

  // The same failure without them: a stream that began well may have ended in a complaint that repeats them.
  [[nodiscard]] Error without_credentials(const Error& error) const;

private:
  void remember_credentials(const HttpRequest& request);
  void remember(std::string credential);
  [[nodiscard]] HttpResponse without_credentials(HttpResponse response) const;
  void remove_credentials(std::string& text) const;

  HttpClient& m_inner;
  mutable std::mutex m_mutex;
  std::vector<Secret> m_told; // all that were sent so far
};

} // namespace chutes::cli
