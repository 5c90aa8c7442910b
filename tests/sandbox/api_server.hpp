// A server with only the API half, on an ephemeral port, whose credentials are described by their text:
// "admin", "key chutes:invoke", "token openid profile", "invalid", "bad". It replaces the identity half.
#pragma once

#include "sandbox/api.hpp"
#include "sandbox/faults/fault_wire.hpp"
#include "sandbox/routes.hpp"
#include "sandbox/world/api_answer.hpp"

#include <doctest/doctest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <sstream>
#include <thread>

namespace chutes::sandbox {

inline const Instant test_time =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{10};

class TestWorld : public SandboxState {
public:
  Caller caller(const httplib::Request& request) override {
    std::istringstream words{request.get_header_value("Authorization")};
    std::string kind;
    words >> kind;
    Caller caller;
    if (kind == "invalid")
      caller.credential = Credential::invalid_token;
    if (kind == "bad")
      caller.credential = Credential::bad_key;
    if (kind == "token")
      caller.credential = Credential::access_token;
    if (kind == "key")
      caller.credential = Credential::scoped_key;
    if (kind == "admin")
      caller.credential = Credential::admin_key;
    for (std::string scope; words >> scope;)
      caller.scopes.push_back(scope);
    if (caller.known()) {
      caller.holder = ada;
      caller.settings = std::make_shared<const Json>(settings);
    }
    return caller;
  }
  Instant now() override { return test_time; }
  std::string new_uuid() override {
    return "00000000-0000-4000-8000-" + std::to_string(100000000000 + ++m_uuids);
  }

  const AccountHolder ada{
      "ada", "0a1b2c3d-0000-4000-8000-000000000001", test_time - std::chrono::hours{24}, {}};
  Json settings = Json::object(); // set before the request that shall see it

private:
  std::atomic<std::int64_t> m_uuids = 0;
};

// What came back.
struct Answer {
  int status = 0; // 0: no complete answer
  std::string body;
  httplib::Headers headers;

  [[nodiscard]] Json json() const { return Json::parse(body); }
  [[nodiscard]] Json detail() const { return json().at("detail"); }
  [[nodiscard]] std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string{} : found->second;
  }
};

class ApiServer {
public:
  ApiServer() : m_api(world, world.ada), m_hooks(faults, [] { return test_time; }) {
    const auto serve = [this](const httplib::Request& request, httplib::Response& response) {
      if (m_hooks.before(request, response))
        return;
      if (request.path == "/_sandbox/fault")
        answer_fault_control(faults, request, response);
      else if (!is_routed(request.method, request.path) || !m_api.answer_routed(request, response))
        m_api.answer_other(request, response);
    };
    m_server.Get(".*", serve).Post(".*", serve).Put(".*", serve).Patch(".*", serve).Delete(".*", serve);
    m_server.set_post_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      m_hooks.after(request, response);
    });
    m_port = m_server.bind_to_any_port("127.0.0.1");
    m_thread = std::thread{[this] { m_server.listen_after_bind(); }};
    while (!m_server.is_running()) // stop() does nothing before
      std::this_thread::yield();
  }
  ~ApiServer() {
    faults.stop();
    m_server.stop();
    m_thread.join();
  }
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  Answer get(const std::string& path, const std::string& credential = {}, httplib::Headers headers = {}) {
    return of(client().Get(path, with(std::move(headers), credential)));
  }
  Answer post(const std::string& path, const Json& body,
              const std::string& credential = "token chutes:invoke", httplib::Headers headers = {}) {
    return post_text(path, json_line(body), credential, std::move(headers));
  }
  Answer post_text(const std::string& path, const std::string& body, const std::string& credential,
                   httplib::Headers headers = {}) {
    return of(client().Post(path, with(std::move(headers), credential), body, "application/json"));
  }
  // Reads until `more` has seen enough; says how the exchange ended.
  httplib::Error get_until(const std::string& path, const std::function<bool(std::size_t)>& more) {
    return client()
        .Get(path, with({}, "token profile"), [&more](const char*, std::size_t size) { return more(size); })
        .error();
  }
  // What arrived of an answer that may be incomplete.
  Answer post_partly(const std::string& path, const Json& body) {
    Answer answer;
    httplib::Request request;
    request.method = "POST";
    request.path = path;
    request.headers = with({}, "token chutes:invoke");
    request.body = json_line(body);
    request.set_header("Content-Type", "application/json");
    request.content_receiver = [&answer](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      answer.body.append(data, size);
      return true;
    };
    if (const auto result = client().send(request))
      answer.status = result->status;
    return answer;
  }

  TestWorld world;
  FaultPlan faults;

private:
  [[nodiscard]] httplib::Client client() const {
    httplib::Client client{"127.0.0.1", m_port};
    client.set_read_timeout(10);
    return client;
  }
  static httplib::Headers with(httplib::Headers headers, const std::string& credential) {
    if (!credential.empty())
      headers.emplace("Authorization", credential);
    return headers;
  }
  static Answer of(const httplib::Result& result) {
    return result ? Answer{result->status, result->body, result->headers} : Answer{};
  }

  httplib::Server m_server;
  Api m_api;
  FaultHooks m_hooks;
  int m_port = 0;
  std::thread m_thread;
};

} // namespace chutes::sandbox
