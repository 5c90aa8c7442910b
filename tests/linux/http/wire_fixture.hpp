// What the tests of the wire share: a client with its signals, and the Error a piece of code ends with.
#pragma once

#include "base/error.hpp"
#include "linux/http/httplib_client.hpp"
#include "linux/net/address_resolver.hpp"
#include "linux/net/scripted_server.hpp"

#include <doctest/doctest.h>

#include <map>
#include <mutex>
#include <string>

namespace chutes::on_linux {

// Every name is this machine.
class LoopbackResolver final : public AddressResolver {
public:
  std::vector<SocketAddress> addresses; // instead of 127.0.0.1, if there are any
  std::vector<std::string> asked;

  std::vector<SocketAddress> resolve(const std::string& host, std::uint16_t port, const Wait&,
                                     SteadyInstant) override {
    const std::lock_guard guard{m_mutex}; // preparations ask from their own thread
    asked.push_back(host);
    return addresses.empty() ? std::vector{*literal_address("127.0.0.1", port)} : addresses;
  }

private:
  std::mutex m_mutex;
};

struct Wire {
  explicit Wire(std::map<std::string, std::string> variables = {}) : environment(std::move(variables)) {}

  Environment environment;
  SignalWatch signals;
  LoopbackResolver resolver;
  HttplibClient client{environment, signals, resolver};

  HttpResponse get(const Url& url) { return client.send(request("GET", url)); }
  HttpResponse post(const Url& url, const std::string& body) {
    auto post = request("POST", url);
    post.headers = {{"Content-Type", "application/json"}};
    post.body = body;
    return client.send(post);
  }
  // With limits that a test can wait for.
  static HttpRequest request(const std::string& method, const Url& url) {
    HttpRequest request;
    request.method = method;
    request.url = url;
    request.connect_limit = std::chrono::seconds{5};
    request.idle_limit = std::chrono::seconds{5};
    return request;
  }
};

struct Failure {
  ErrorKind kind = ErrorKind::internal;
  std::string message;

  friend bool operator==(const Failure&, const Failure&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const Failure& failure) {
  return out << static_cast<int>(failure.kind) << " " << failure.message;
}

template <typename Action>
Failure failure_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return {error.kind(), error.what()};
  }
  return {ErrorKind::internal, "(no error)"};
}

} // namespace chutes::on_linux
