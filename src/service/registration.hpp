// OAuth clients at the service ("apps"), as their owner registers and changes them. The service wants an
// admin API key for it, or a session with the scope `admin`.
#pragma once

#include "base/json_fields.hpp"
#include "base/secret.hpp"
#include "platform/http_client.hpp"
#include "service/endpoints.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::service {

struct App {
  std::string app_id;    // names it in every change
  std::string client_id; // names it in the protocol (RFC 6749 §2.2)
  std::string name;
  std::vector<std::string> redirect_uris;
};

// What the service cannot be told later is told at once: it never changes the scopes of an app.
struct NewApp {
  std::string name;
  std::vector<std::string> redirect_uris; // at most 10, compared letter by letter
  std::vector<std::string> scopes;
  std::string description;
  bool is_public = false; // listed for everybody
};

struct CreatedApp {
  App app;
  Secret client_secret; // the service shows it this once
};

class Registration {
public:
  // `credential` may only be sent to the identity provider of `endpoints`. All references must outlive this.
  Registration(const Endpoints& endpoints, const Secret& credential, HttpClient& http)
      : m_endpoints(endpoints), m_credential(credential), m_http(http) {}

  // The app with this app id or client id; absent if there is none that the account may see. This and all
  // below throw Error{forbidden} for a credential without the right, and as `service_error` otherwise.
  [[nodiscard]] std::optional<App> find(const std::string& id) const;
  // Throws Error{usage} if the name is taken (names are unique across all accounts) or a value breaks a rule.
  [[nodiscard]] CreatedApp create(const NewApp& app) const;
  void replace_redirect_uris(const std::string& app_id, const std::vector<std::string>& redirect_uris) const;
  void remove(const std::string& app_id) const;

private:
  [[nodiscard]] HttpResponse ask(const char* method, std::string_view path, const Json* body) const;

  const Endpoints& m_endpoints;
  const Secret& m_credential;
  HttpClient& m_http;
};

} // namespace chutes::service
