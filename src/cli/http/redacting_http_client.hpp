// An HttpClient around another one that removes the credentials of requests from the responses that report a
// failure, whose text ends up in error messages: a server may repeat what it was sent.
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

  // Returns the same error without the credentials sent so far: a stream may end in an error that repeats
  // them.
  [[nodiscard]] Error without_credentials(const Error& error) const;

private:
  void remember_credentials(const HttpRequest& request);
  void remember(std::string credential);
  [[nodiscard]] HttpResponse without_credentials(HttpResponse response) const;
  void remove_credentials(std::string& text) const;

  HttpClient& m_inner;
  mutable std::mutex m_mutex;
  std::vector<Secret> m_credentials; // all that were sent so far
};

} // namespace chutes::cli
