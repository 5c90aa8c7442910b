#include "cli/observed_http.hpp"

#include "base/error.hpp"

namespace chutes::cli {

HttpRequest ObservedHttp::adjusted(HttpRequest request) const {
  if (m_timeout)
    request.idle_limit = *m_timeout;
  return request;
}

HttpResponse ObservedHttp::send(const HttpRequest& request) {
  const auto began = std::chrono::steady_clock::now();
  try {
    auto response = m_inner.send(adjusted(request));
    say(request, std::to_string(response.status) + ", " + std::to_string(response.body.size()) + " bytes",
        began);
    return response;
  } catch (const Error& error) {
    say(request, error.what(), began);
    throw;
  }
}

HttpResponse ObservedHttp::stream(const HttpRequest& request, const HeadSink& on_head, const BodySink& sink) {
  const auto began = std::chrono::steady_clock::now();
  std::size_t bytes = 0;
  const auto count = [&](std::string_view piece) {
    bytes += piece.size();
    return sink(piece);
  };
  try {
    auto response = m_inner.stream(adjusted(request), on_head, count);
    say(request,
        std::to_string(response.status) + ", " + std::to_string(bytes + response.body.size()) + " bytes",
        began);
    return response;
  } catch (const Error& error) {
    say(request, error.what(), began);
    throw;
  }
}

void ObservedHttp::say(const HttpRequest& request, const std::string& outcome,
                       std::chrono::steady_clock::time_point began) noexcept {
  if (m_verbose == 0)
    return;
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  m_terminal.notice("> " + request.method + " " + request.url.origin() + request.url.path + ": " + outcome +
                    ", " + std::to_string(took.count()) + " ms");
}

} // namespace chutes::cli
