// A sandbox on an ephemeral port, and a client that neither follows redirects nor re-encodes paths.
#pragma once

#include "base/form.hpp"
#include "base/json_fields.hpp"
#include "sandbox/server.hpp"

#include <doctest/doctest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>

namespace chutes::sandbox {

inline ServerOptions with_approval(Approval approval) {
  ServerOptions options;
  options.rules.approval = approval;
  return options;
}

inline ServerOptions old_rules() {
  auto options = with_approval(Approval::automatic);
  options.rules.old_generation = true;
  return options;
}

// What came back; status 0: nothing did.
struct Reply {
  int status = 0;
  std::string body;
  httplib::Headers headers;

  [[nodiscard]] Json json() const { return Json::parse(body); }
  [[nodiscard]] Json detail() const { return json().at("detail"); }
  [[nodiscard]] std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string{} : found->second;
  }
  [[nodiscard]] bool is_page() const { return header("Content-Type").starts_with("text/html"); }
  // Both in one, for a whole comparison.
  [[nodiscard]] std::string text() const { return std::to_string(status) + " " + body; }
};

struct Tokens {
  std::string access_token;
  std::string refresh_token;
};

class RunningSandbox {
public:
  explicit RunningSandbox(const ServerOptions& options = with_approval(Approval::automatic))
      : server(options) {}

  Reply send(const std::string& method, const std::string& path, const std::string& body = {},
             httplib::Headers headers = {}) {
    httplib::Client client{"127.0.0.1", server.port()};
    client.set_url_encode(false);
    client.set_read_timeout(10);
    httplib::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.headers = std::move(headers);
    const auto result = client.send(request);
    return result ? Reply{result->status, result->body, result->headers} : Reply{};
  }
  Reply get(const std::string& path, const std::string& authorization = {}) {
    return send("GET", path, {}, with(authorization));
  }
  // The raw response: httplib's client decodes the Location header.
  Reply raw_get(const std::string& path) {
    return raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  }
  // What comes back to these bytes.
  Reply raw(const std::string& request) {
    const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::send(connection, request.data(), request.size(), 0) == static_cast<ssize_t>(request.size()));
    std::string answer;
    char part[4096];
    for (ssize_t size = 0; (size = ::recv(connection, part, sizeof part, 0)) > 0;)
      answer.append(part, static_cast<std::size_t>(size));
    ::close(connection);
    return parsed(answer);
  }
  Reply post_form(const std::string& path, const FormFields& fields, const std::string& authorization = {}) {
    auto headers = with(authorization);
    headers.emplace("Content-Type", "application/x-www-form-urlencoded");
    return send("POST", path, encode_form(fields), headers);
  }
  Reply send_json(const std::string& method, const std::string& path, const Json& body,
                  const std::string& authorization) {
    auto headers = with(authorization);
    headers.emplace("Content-Type", "application/json");
    return send(method, path, json_line(body), headers);
  }
  // With the admin API key of the first user.
  Reply manage(const std::string& method, const std::string& path, const Json& body = nullptr) {
    return body.is_null() ? send(method, path, {}, with(api_key()))
                          : send_json(method, path, body, api_key());
  }

  [[nodiscard]] std::string api_key() const { return "Bearer " + server.demo().api_key; }
  [[nodiscard]] std::string redirect_uri() const { return server.demo().redirect_uris.front(); }

  // An authorization request of the demo app with some fields changed; an empty value removes a field.
  [[nodiscard]] FormFields authorization_request(const FormFields& changes = {}) const {
    FormFields fields{{"response_type", "code"},
                      {"client_id", server.demo().client_id},
                      {"redirect_uri", redirect_uri()},
                      {"scope", "openid profile chutes:invoke"},
                      {"state", "a-state"}};
    return changed(std::move(fields), changes);
  }
  Reply authorize(const FormFields& changes = {}) {
    return raw_get("/idp/authorize?" + encode_form(authorization_request(changes)));
  }
  // The code of an approved request; empty if it was not approved.
  std::string code(const FormFields& changes = {}) {
    const auto location = authorize(changes).header("Location");
    const auto fields = parse_form(location.substr(std::min(location.size(), location.find('?') + 1)));
    return single_field(fields.value_or(FormFields{}), "code").value_or("");
  }
  Reply exchange(const std::string& code, const FormFields& changes = {}) {
    FormFields fields{{"grant_type", "authorization_code"},
                      {"client_id", server.demo().client_id},
                      {"client_secret", server.demo().client_secret},
                      {"code", code},
                      {"redirect_uri", redirect_uri()}};
    return post_form("/idp/token", changed(std::move(fields), changes));
  }
  Reply refresh(const std::string& refresh_token, const FormFields& changes = {}) {
    FormFields fields{{"grant_type", "refresh_token"},
                      {"client_id", server.demo().client_id},
                      {"client_secret", server.demo().client_secret},
                      {"refresh_token", refresh_token}};
    return post_form("/idp/token", changed(std::move(fields), changes));
  }
  static Tokens tokens_of(const Reply& reply) {
    REQUIRE(reply.status == 200);
    return {reply.json().at("access_token"), reply.json().at("refresh_token")};
  }
  Tokens sign_in(const std::string& scope = "openid profile chutes:invoke") {
    return tokens_of(exchange(code({{"scope", scope}})));
  }
  bool is_active(const std::string& token) {
    return post_form("/idp/token/introspect", {{"token", token}}).json().at("active") == true;
  }
  Json register_app(const Json& changes = Json::object()) {
    Json body{{"name", "An application"}, {"redirect_uris", {"http://127.0.0.1:9/callback"}}};
    body.update(changes);
    const auto reply = manage("POST", "/idp/apps", body);
    REQUIRE(reply.text().starts_with("200 "));
    return reply.json();
  }
  void advance(std::chrono::seconds by) {
    REQUIRE(send_json("POST", "/_sandbox/clock", {{"advance", by.count()}}, {}).status == 200);
  }

  SandboxServer server;

private:
  static Reply parsed(const std::string& answer) {
    Reply reply;
    std::istringstream lines{answer};
    std::string line;
    lines >> line >> reply.status;
    std::getline(lines, line);
    while (std::getline(lines, line) && line != "\r") {
      const auto colon = line.find(": ");
      reply.headers.emplace(line.substr(0, colon), line.substr(colon + 2, line.size() - colon - 3));
    }
    reply.body.assign(std::istreambuf_iterator<char>{lines}, {});
    return reply;
  }
  static httplib::Headers with(const std::string& authorization) {
    return authorization.empty() ? httplib::Headers{} : httplib::Headers{{"Authorization", authorization}};
  }
  static FormFields changed(FormFields fields, const FormFields& changes) {
    for (const auto& [name, value] : changes) {
      std::erase_if(fields, [&name = name](const auto& field) { return field.first == name; });
      if (!value.empty())
        fields.emplace_back(name, value);
    }
    return fields;
  }
};

} // namespace chutes::sandbox
