#include "service/apps/integration_check.hpp"

#include "base/terminal_text.hpp"
#include "oauth/discovery.hpp"
#include "oauth/form_request.hpp"
#include "oauth/introspection.hpp"
#include "oauth/scope.hpp"
#include "service/apps/authorize_probe.hpp"
#include "service/apps/scopes.hpp"
#include "service/service_error.hpp"

#include <algorithm>

namespace chutes::service {
namespace {

constexpr const char* no_token = "chutes-login-verify"; // in no form that the service issues
constexpr std::chrono::seconds tolerated_skew{30};
constexpr std::size_t longest_shown = 300;
constexpr const char* check_address = "check CHUTES_IDP_BASE_URL";

bool serves(const HttpResponse& response) {
  const auto status = response.status;
  return status != 404 && status / 100 != 5 && status / 100 != 3 && !is_missing_route(response);
}

Diagnostic wrong_status(const char* check, const std::string& what, int status) {
  return {check, Verdict::failed, what + " answered with status " + std::to_string(status),
          status / 100 == 5 ? "try again later" : check_address, ErrorKind::service};
}

Diagnostic unknown_client() {
  return {"client", Verdict::failed, "the service knows no active client with this id",
          "compare it with 'chutes-login app list'; an inactive app counts as unknown", ErrorKind::usage};
}

} // namespace

// An error fails only this check; once the service cannot be reached, the rest is skipped.
template <typename Check>
void IntegrationCheck::attempt(const char* name, const Check& check) {
  if (m_unreachable)
    return skip(name, "the service could not be reached");
  try {
    m_diagnostics.push_back(check());
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
      throw;
    m_unreachable = error.kind() == ErrorKind::network;
    m_diagnostics.push_back({name, Verdict::failed, error.what(), error.hint(), error.kind()});
  }
}

void IntegrationCheck::skip(const char* name, std::string why) {
  m_diagnostics.push_back({name, Verdict::skipped, std::move(why)});
}

std::vector<Diagnostic> IntegrationCheck::run(const Integration& integration,
                                              const std::optional<std::vector<std::string>>& registered) {
  attempt("discovery", [&] { return discovery(); });
  attempt("endpoints", [&] { return endpoints(); });
  attempt("clock", [&] { return clock(); });
  check_authorization(integration);
  if (!m_client_known || !integration.client_secret)
    skip("secret_accepted", m_client_known ? "no client secret is set" : m_obstacle);
  else
    attempt("secret_accepted", [&] { return secret_accepted(integration); });
  attempt("scopes_granted", [&] { return scopes_granted(integration.scopes, registered); });
  return std::move(m_diagnostics);
}

// The endpoint checks the client first, so its answer for any redirect URI shows whether it knows the client.
void IntegrationCheck::check_authorization(const Integration& integration) {
  if (!integration.client_id || integration.redirect_uris.empty()) {
    skip("client", m_obstacle);
  } else {
    m_obstacle = "the client could not be checked";
    for (const auto& uri : integration.redirect_uris) {
      attempt(check_of_client(), [&] { return redirect_accepted(*integration.client_id, uri); });
      if (!m_client_known)
        break;
    }
  }
  if (!m_client_known)
    skip("redirect_accepted", m_obstacle);
}

// The service's document names the service itself, whatever host serves it. What is not that document comes
// from an address that is not the service's.
Diagnostic IntegrationCheck::discovery() {
  const auto service = *Url::parse(oauth::chutes_issuer);
  oauth::ServerMetadata found;
  try {
    found = oauth::read_discovery(oauth::fetch_discovery(m_endpoints.idp, m_http), service);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::network)
      throw Error{error.kind(), error.what(),
                  check_address + (error.hint().empty() ? "" : "; if it is right, " + error.hint())};
    if (error.kind() != ErrorKind::service || error.status().value_or(0) / 100 == 5)
      throw;
    return {"discovery", Verdict::failed, error.what(), check_address, error.kind()};
  }
  const auto built_in = oauth::chutes_server(service);
  const bool as_built_in = found.authorization_endpoint == built_in.authorization_endpoint &&
                           found.token_endpoint == built_in.token_endpoint;
  if (!as_built_in)
    return {"discovery", Verdict::warning,
            "the service reports other endpoints than the ones built into chutes-login",
            "update chutes-login"};
  return {"discovery", Verdict::ok, "found the discovery document at " + m_endpoints.idp.host};
}

// Sends requests without content: a refusal shows that the endpoint works.
Diagnostic IntegrationCheck::endpoints() {
  HttpRequest userinfo;
  userinfo.url = *m_server.userinfo_endpoint;
  const auto sent = m_clock.now();
  const auto response = m_http.send(userinfo);
  if (!serves(response))
    return wrong_status("endpoints", "the userinfo endpoint", response.status);
  if (const auto theirs = response.date())
    m_ahead = *theirs - sent;
  const auto token = oauth::send_form(m_server.token_endpoint, {{"grant_type", "none"}}, m_http);
  if (!serves(token))
    return wrong_status("endpoints", "the token endpoint", token.status);
  return {"endpoints", Verdict::ok, "the token and userinfo endpoints answer"};
}

Diagnostic IntegrationCheck::clock() const {
  if (!m_ahead)
    return {"clock", Verdict::skipped, "the service did not send its time"};
  const auto skew = m_ahead->count() < 0 ? -*m_ahead : *m_ahead;
  if (skew <= tolerated_skew)
    return {"clock", Verdict::ok, "this machine's clock agrees with the service's"};
  return {"clock", Verdict::warning,
          "this machine's clock is " + duration_text(skew) + (m_ahead->count() < 0 ? " ahead" : " behind"),
          "set the clock, for example with: timedatectl set-ntp true"};
}

Diagnostic IntegrationCheck::redirect_accepted(const std::string& client_id, const std::string& uri) {
  const auto answer = probe_authorization(m_server.authorization_endpoint, client_id, uri, m_http, m_random);
  if (answer.verdict == AuthorizeVerdict::unknown_client) {
    m_obstacle = "the client is unknown";
    return unknown_client();
  }
  if (answer.verdict == AuthorizeVerdict::refused_otherwise)
    return wrong_status(check_of_client(), "the authorization endpoint", answer.status);
  if (!m_client_known)
    m_diagnostics.push_back({"client", Verdict::ok, "the service knows the client"});
  m_client_known = true;
  if (answer.verdict == AuthorizeVerdict::unregistered_uri)
    return unregistered(client_id, uri);
  return {"redirect_accepted", Verdict::ok, one_line(uri, longest_shown)};
}

Diagnostic IntegrationCheck::unregistered(const std::string& client_id, const std::string& uri) {
  const auto shown = one_line(uri, longest_shown);
  const auto detail = shown + " is not registered; the service compares redirect URIs exactly";
  for (const auto& near : near_redirect_uris(uri))
    if (probe_authorization(m_server.authorization_endpoint, client_id, near, m_http, m_random).verdict ==
        AuthorizeVerdict::accepted)
      return {"redirect_accepted", Verdict::failed, detail,
              one_line(near, longest_shown) +
                  " is registered: use it, or register yours with 'chutes-login app update'"};
  return {"redirect_accepted", Verdict::failed, detail,
          "register it with 'chutes-login app update APP --redirect-uri URI', repeating the others"};
}

Diagnostic IntegrationCheck::secret_accepted(const Integration& integration) {
  const oauth::ClientCredentials client{*integration.client_id, integration.client_secret};
  constexpr int unauthorized = 401;
  try {
    static_cast<void>(oauth::introspect(*m_server.introspection_endpoint, Secret{no_token}, m_http, &client));
  } catch (const Error& error) {
    if (error.status() != unauthorized)
      throw;
    return {"secret_accepted", Verdict::failed, "the service rejects the client secret",
            "copy it again, or create a new one with 'chutes-login app rotate-secret'"};
  }
  return {"secret_accepted", Verdict::ok, "the service accepts the client secret"};
}

Diagnostic IntegrationCheck::scopes_granted(const std::vector<std::string>& scopes,
                                            const std::optional<std::vector<std::string>>& registered) {
  const auto verdict = validate_scopes(scopes, m_endpoints, m_http);
  if (!verdict.unknown.empty())
    return {"scopes_granted", Verdict::failed,
            "the service has no scope " + one_line(oauth::scope_text(verdict.unknown), longest_shown),
            "list the available scopes with 'chutes-login scopes'"};
  const auto missing = registered ? oauth::missing_from(verdict.privileged, *registered) : verdict.privileged;
  if (missing.empty() && !m_client_known)
    return {"scopes_granted", Verdict::skipped, m_obstacle};
  if (missing.empty() && verdict.unlisted)
    return {"scopes_granted", Verdict::skipped, "the service does not list its scopes"};
  if (missing.empty())
    return {"scopes_granted", Verdict::ok, "the service grants these scopes"};
  const auto names = one_line(oauth::scope_text(missing), longest_shown);
  if (registered)
    return {"scopes_granted", Verdict::failed, names + " is not registered for this app",
            "create a new app with other scopes with 'chutes-login app replace'"};
  return {"scopes_granted", Verdict::warning, names + " is granted only to an app that registered it",
          "the service does not report whether this app did; try a sign-in"};
}

} // namespace chutes::service
