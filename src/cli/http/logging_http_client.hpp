// An HttpClient around another one that applies --timeout and, with -v, logs each request on one line; with
// -vv also its headers and bodies. Removes secrets from what it logs (cli/http/redaction).
#pragma once

#include "cli/http/redaction.hpp"
#include "platform/http_client.hpp"
#include "platform/terminal.hpp"

#include <mutex>
#include <optional>

namespace chutes::cli {

class LoggingHttpClient final : public HttpClient {
public:
  // `verbose` is how often -v was given; `timeout` is for requests without progress.
  LoggingHttpClient(HttpClient& inner, Terminal& terminal, int verbose,
                    std::optional<std::chrono::seconds> timeout)
      : m_inner(inner), m_terminal(terminal), m_verbose(verbose), m_timeout(timeout) {}

  HttpResponse send(const HttpRequest& request) override;
  HttpResponse stream(const HttpRequest& request, const HeadSink& on_head, const BodySink& sink) override;
  void prepare(const Url& url) noexcept override { m_inner.prepare(url); }

private:
  [[nodiscard]] HttpRequest adjusted(HttpRequest request) const;
  HttpResponse logged(const HttpRequest& request, const HeadSink& on_head, const BodySink& sink,
                      bool streamed);
  // Logs one message at a time, because requests may run in parallel.
  template <typename Action>
  void exclusively(const Action& action) {
    const std::lock_guard guard{m_mutex};
    action();
  }
  void show_request(const HttpRequest& request);
  void show_head(const HttpResponse& response);
  void show_body(char mark, std::string_view body);
  // Shows no body that may hold tokens and is not a JSON object, in which they could not be found: only
  // its size.
  void show_answer(const HttpRequest& request, const HttpResponse& response);
  void summarize(const HttpRequest& request, const std::string& outcome,
                 const std::optional<HttpTiming>& timing);

  HttpClient& m_inner;
  Terminal& m_terminal;
  int m_verbose;
  std::optional<std::chrono::seconds> m_timeout;
  std::mutex m_mutex; // guards the redactor and the order of messages
  Redactor m_redactor;
};

} // namespace chutes::cli
