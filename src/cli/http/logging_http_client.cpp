#include "cli/http/logging_http_client.hpp"

#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "base/number_text.hpp"
#include "base/terminal_text.hpp"
#include "base/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_shown = 8192; // bytes of a body, and of a line of one

std::string milliseconds(std::chrono::microseconds time) {
  return decimal(static_cast<double>(time.count()) / 1000, 1);
}

// "name 0.1, connect 0.3, tls 4.0, first byte 12.5", or "connection reused, first byte 12.5".
std::string phases(const HttpTiming& timing) {
  std::string text;
  if (timing.reused)
    text = "connection reused";
  else
    text = "name " + milliseconds(timing.name) + ", connect " + milliseconds(timing.connect) +
           (timing.tls.count() > 0 ? ", tls " + milliseconds(timing.tls) : "");
  return text + ", first byte " + milliseconds(timing.first_byte);
}

// Splits a body that arrives in pieces into lines. Secrets hold no line breaks, so no line has only a part of
// one.
class LineBuffer {
public:
  template <typename Show>
  void feed(std::string_view piece, const Show& show) {
    m_rest += piece;
    auto end = m_rest.find('\n');
    for (; end != std::string::npos; end = m_rest.find('\n')) {
      show(std::string_view{m_rest}.substr(0, end));
      m_rest.erase(0, end + 1);
    }
  }
  [[nodiscard]] const std::string& rest() const { return m_rest; }

private:
  std::string m_rest;
};

} // namespace

HttpRequest LoggingHttpClient::adjusted(HttpRequest request) const {
  if (m_timeout)
    request.idle_limit = std::max<std::chrono::milliseconds>(*m_timeout, request.least_idle_limit);
  return request;
}

HttpResponse LoggingHttpClient::send(const HttpRequest& request) {
  if (m_verbose == 0)
    return m_inner.send(adjusted(request));
  return logged(request, {}, {}, false);
}

HttpResponse LoggingHttpClient::stream(const HttpRequest& request, const HeadSink& on_head,
                                       const BodySink& sink) {
  if (m_verbose == 0)
    return m_inner.stream(adjusted(request), on_head, sink);
  return logged(request, on_head, sink, true);
}

HttpResponse LoggingHttpClient::logged(const HttpRequest& request, const HeadSink& on_head,
                                       const BodySink& sink, bool streamed) {
  exclusively([&] {
    m_redactor.learn(request);
    show_request(request);
  });
  const auto began = std::chrono::steady_clock::now();
  std::size_t bytes = 0;
  LineBuffer lines;
  const auto head = [&](const HttpResponse& arrived) {
    exclusively([&] {
      m_redactor.learn(arrived);
      show_head(arrived);
    });
    if (on_head)
      on_head(arrived);
  };
  const auto piece = [&](std::string_view arrived) {
    bytes += arrived.size();
    if (m_verbose > 1)
      lines.feed(arrived, [this](std::string_view line) { exclusively([&] { show_body('<', line); }); });
    return sink(arrived);
  };
  try {
    auto response =
        streamed ? m_inner.stream(adjusted(request), head, piece) : m_inner.send(adjusted(request));
    auto timing = response.timing;
    if (!timing)
      timing.emplace().whole =
          std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
    exclusively([&] {
      m_redactor.learn(response);
      if (!streamed)
        show_head(response);
      show_body('<', lines.rest());
      show_answer(request, response);
      summarize(request,
                std::to_string(response.status) + ", " + std::to_string(bytes + response.body.size()) +
                    " bytes",
                timing);
    });
    return response;
  } catch (const Error& error) {
    exclusively([&] { summarize(request, error.what(), std::nullopt); });
    throw;
  }
}

void LoggingHttpClient::show_request(const HttpRequest& request) {
  if (m_verbose < 2)
    return;
  m_terminal.notice("> " + request.method + " " + m_redactor.text(request.url.text()));
  for (const auto& [name, value] : request.headers)
    m_terminal.notice("> " + one_line(m_redactor.header(name, value), longest_shown));
  show_body('>', request.body);
}

void LoggingHttpClient::show_head(const HttpResponse& response) {
  if (m_verbose < 2)
    return;
  m_terminal.notice("< " + std::to_string(response.status));
  for (const auto& [name, value] : response.headers)
    m_terminal.notice("< " + one_line(m_redactor.header(name, value), longest_shown));
}

void LoggingHttpClient::show_body(char mark, std::string_view body) {
  if (m_verbose < 2 || body.empty())
    return;
  const std::string start{mark, ' '};
  if (!is_plain_text(body)) {
    m_terminal.notice(start + "(" + std::to_string(body.size()) + " bytes of binary data)");
    return;
  }
  m_redactor.learn_body(body);
  const auto shown = m_redactor.text(body); // redacted whole, before it is cut
  m_terminal.notice(start + one_line(shown, longest_shown));
}

void LoggingHttpClient::show_answer(const HttpRequest& request, const HttpResponse& response) {
  const auto is_object = [](const std::optional<Json>& document) {
    return document && document->is_object();
  };
  if (m_verbose > 1 && request.answer_has_secrets && !response.body.empty() &&
      !is_object(parse_json(response.body)))
    m_terminal.notice("< (" + std::to_string(response.body.size()) + " bytes that are not a JSON object)");
  else
    show_body('<', response.body);
}

void LoggingHttpClient::summarize(const HttpRequest& request, const std::string& outcome,
                                  const std::optional<HttpTiming>& timing) {
  std::string line = "> " + request.method + " " + request.url.origin() + request.url.path + ": " + outcome;
  if (timing)
    line += ", " + milliseconds(timing->whole) + " ms";
  if (timing && timing->first_byte.count() > 0)
    line += " (" + phases(*timing) + ")";
  m_terminal.notice(m_redactor.text(line));
}

} // namespace chutes::cli
