// Checks at the service whether an application's setup works, with requests that cost nothing and start no
// sign-in.
#pragma once

#include "oauth/server_metadata.hpp"
#include "platform/clock.hpp"
#include "platform/random.hpp"
#include "service/apps/integration.hpp"
#include "service/endpoints.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

class IntegrationCheck {
public:
  // Sends the integration's secret only to the identity provider of `endpoints`. All references must outlive
  // this.
  IntegrationCheck(const Endpoints& endpoints, HttpClient& http, Random& random, const Clock& clock)
      : m_endpoints(endpoints),
        m_server(oauth::chutes_server(endpoints.idp)),
        m_http(http),
        m_random(random),
        m_clock(clock) {}

  // Returns discovery, endpoints, clock, client, redirect_accepted (for each redirect URI), secret_accepted
  // and scopes_granted, in this order. `registered`: the scopes the client was registered with, if known.
  // Once a check cannot reach the service, skips the rest; what the service was not or could not be asked is
  // skipped too, and never ok.
  [[nodiscard]] std::vector<Diagnostic> run(const Integration& integration,
                                            const std::optional<std::vector<std::string>>& registered);

private:
  template <typename Check>
  void attempt(const char* name, const Check& check);
  void skip(const char* name, std::string why);

  // The check that the next answer about the client decides.
  [[nodiscard]] const char* check_of_client() const {
    return m_client_known ? "redirect_accepted" : "client";
  }
  void check_authorization(const Integration& integration);
  [[nodiscard]] Diagnostic discovery();
  [[nodiscard]] Diagnostic endpoints();
  [[nodiscard]] Diagnostic clock() const;
  [[nodiscard]] Diagnostic redirect_accepted(const std::string& client_id, const std::string& uri);
  [[nodiscard]] Diagnostic unregistered(const std::string& client_id, const std::string& uri);
  [[nodiscard]] Diagnostic secret_accepted(const Integration& integration);
  [[nodiscard]] Diagnostic scopes_granted(const std::vector<std::string>& scopes,
                                          const std::optional<std::vector<std::string>>& registered);

  const Endpoints& m_endpoints;
  oauth::ServerMetadata m_server;
  HttpClient& m_http;
  Random& m_random;
  const Clock& m_clock;
  std::vector<Diagnostic> m_diagnostics{};
  std::optional<std::chrono::seconds> m_ahead{}; // how far the service's clock is ahead of ours
  bool m_unreachable = false;
  bool m_client_known = false;
  const char* m_obstacle = "no client id is set"; // why not
};

} // namespace chutes::service
