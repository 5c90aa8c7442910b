// An HttpClient around an HttpClient: applies --timeout and, with --verbose, says one line per request. What
// it says never holds a query, a header or a body, and so no secret.
#pragma once

#include "platform/http_client.hpp"
#include "platform/terminal.hpp"

#include <optional>

namespace chutes::cli {

class ObservedHttp final : public HttpClient {
public:
  ObservedHttp(HttpClient& inner, Terminal& terminal, int verbose,
               std::optional<std::chrono::seconds> timeout)
      : m_inner(inner), m_terminal(terminal), m_verbose(verbose), m_timeout(timeout) {}

  HttpResponse send(const HttpRequest& request) override;
  HttpResponse stream(const HttpRequest& request, const HeadSink& on_head, const BodySink& sink) override;
  void prepare(const Url& url) noexcept override { m_inner.prepare(url); }

private:
  [[nodiscard]] HttpRequest adjusted(HttpRequest request) const;
  void say(const HttpRequest& request, const std::string& outcome,
           std::chrono::steady_clock::time_point began) noexcept;

  HttpClient& m_inner;
  Terminal& m_terminal;
  int m_verbose;
  std::optional<std::chrono::seconds> m_timeout;
};

} // namespace chutes::cli
