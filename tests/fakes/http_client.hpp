#pragma once

#include "base/error.hpp"
#include "platform/http_client.hpp"

#include <doctest/doctest.h>

#include <deque>

namespace chutes::fakes {

// Answers from a script. A request that the script does not expect fails the test case, and so does a
// scripted request that was never sent. Neither throws doctest's own exception: `cli::run`, through which
// most requests come, is noexcept, and the exception would end the whole test program.
class ScriptedHttp final : public HttpClient {
public:
  struct Exchange {
    std::string method;
    std::string url;
    HttpResponse response;
    std::exception_ptr failure;                   // thrown instead of answering
    std::function<void(const HttpRequest&)> look; // sees the request as it was sent
    std::vector<std::string> pieces; // what `stream` delivers; the response's body in one piece if empty
    std::exception_ptr cut;          // thrown by `stream` after the last piece
  };

  ~ScriptedHttp() override {
    if (!m_failed) // the failure reported already explains why the rest was not sent
      CHECK_MESSAGE(script.empty(),
                    "a scripted request was never sent: ", script.empty() ? "" : script.front().url);
  }

  Exchange& expect(std::string method, std::string url, int status, std::string body = {}) {
    script.push_back(
        {std::move(method), std::move(url), {status, {}, std::move(body)}, nullptr, nullptr, {}, nullptr});
    return script.back();
  }

  HttpResponse send(const HttpRequest& request) override {
    if (request.method == "GET" && request.url.host == "api.chutes.ai" &&
        request.url.path == "/idp/authorize") {
      if (authorization_failure)
        std::rethrow_exception(authorization_failure);
      return authorization_page;
    }
    auto exchange = next(request);
    return exchange.response;
  }

  HttpResponse stream(const HttpRequest& request, const HeadSink& on_head, const BodySink& sink) override {
    auto exchange = next(request);
    if (request.on_sent)
      request.on_sent(request.body.size());
    if (on_head)
      on_head(exchange.response);
    if (exchange.response.status / 100 != 2)
      return exchange.response;
    if (exchange.pieces.empty())
      exchange.pieces.push_back(exchange.response.body);
    exchange.response.body.clear();
    for (const auto& piece : exchange.pieces)
      if (sink(piece) == ReadResult::stop)
        return exchange.response;
    if (exchange.cut)
      std::rethrow_exception(exchange.cut);
    return exchange.response;
  }

  void prepare(const Url& url) noexcept override { prepared.push_back(url); }

  // What the authorization endpoint answers to the sign-in that asks whether it takes the client, which no
  // script needs to expect and `requests` does not list.
  HttpResponse authorization_page{200};
  std::exception_ptr authorization_failure; // thrown instead of answering it

  std::deque<Exchange> script;
  std::vector<HttpRequest> requests; // all that were sent, in order
  std::vector<Url> prepared;

private:
  Exchange next(const HttpRequest& request) {
    requests.push_back(request);
    if (script.empty() || script.front().method != request.method ||
        script.front().url != request.url.text()) {
      fail_case("unexpected request: " + request.method + " " + request.url.text() + ", expected: " +
                (script.empty() ? "none" : script.front().method + " " + script.front().url));
    }
    auto exchange = std::move(script.front());
    script.pop_front();
    if (exchange.look)
      look_at(request, exchange.look);
    if (exchange.failure)
      std::rethrow_exception(exchange.failure);
    return exchange;
  }

  void look_at(const HttpRequest& request, const std::function<void(const HttpRequest&)>& look) {
    try {
      look(request);
    } catch (const doctest::detail::TestFailureException&) { // of a REQUIRE, reported already
      fail_case("a requirement on " + request.method + " " + request.url.text() + " was not met");
    }
  }

  // Fails the running test case, and ends the command that sent the request.
  [[noreturn]] void fail_case(const std::string& why) {
    m_failed = true;
    ADD_FAIL_CHECK_AT(__FILE__, __LINE__, why);
    throw Error{ErrorKind::internal, why};
  }

  bool m_failed = false;
};

} // namespace chutes::fakes
