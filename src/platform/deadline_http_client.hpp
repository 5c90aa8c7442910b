// An HttpClient whose requests all end at one deadline, for a sequence that must end whatever a server does.
#pragma once

#include "platform/http_client.hpp"

#include <algorithm>

namespace chutes {

class DeadlineHttpClient final : public HttpClient {
public:
  DeadlineHttpClient(HttpClient& inner, SteadyInstant deadline) : m_inner(inner), m_deadline(deadline) {}

  HttpResponse send(const HttpRequest& request) override { return m_inner.send(bounded(request)); }
  HttpResponse stream(const HttpRequest& request, const HeadSink& on_head, const BodySink& sink) override {
    return m_inner.stream(bounded(request), on_head, sink);
  }
  void prepare(const Url& url) noexcept override { m_inner.prepare(url); }

private:
  [[nodiscard]] HttpRequest bounded(HttpRequest request) const {
    request.deadline = std::min(request.deadline, m_deadline);
    return request;
  }

  HttpClient& m_inner;
  SteadyInstant m_deadline;
};

} // namespace chutes
