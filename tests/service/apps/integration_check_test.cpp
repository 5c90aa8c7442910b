// The checks of a setup against a scripted service: what they send, and what they make of each answer.
#include "base/form.hpp"
#include "fakes/clock.hpp"
#include "fakes/http_client.hpp"
#include "fakes/random.hpp"
#include "golden.hpp"
#include "service/apps/authorize_probe.hpp"
#include "service/apps/integration_check.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::service;

namespace {

const std::string base = "https://api.chutes.ai";
const std::string uri = "http://localhost:3000/cb";
const std::string unknown_client = "<h1>invalid_client</h1><p>Unknown client_id</p>";
const std::string unregistered = "<p>Redirect URI not registered for this application</p>";

// The address of a probe whose state and challenge chance has drawn.
bool asks_for(const HttpRequest& request, const std::string& client, const std::string& redirect) {
  const auto query = parse_form(request.url.query.value_or(""));
  return query && single_field(*query, "client_id") == client &&
         single_field(*query, "redirect_uri") == redirect &&
         single_field(*query, "response_type") == "code" &&
         single_field(*query, "code_challenge_method") == "S256" &&
         single_field(*query, "scope") == "chutes-login:verify";
}

// A service that answers by path and remembers what it was asked.
class Service final : public HttpClient {
public:
  std::vector<std::string> registered{uri};
  int authorize_status = 200;
  bool client_known = true;
  bool secret_right = true;
  std::string date;
  bool down = false;
  bool lists_scopes = true;
  bool elsewhere = false; // the service serves nothing at these addresses
  std::vector<HttpRequest> requests;

  HttpResponse send(const HttpRequest& request) override {
    requests.push_back(request);
    if (down)
      throw Error{ErrorKind::network, "could not reach api.chutes.ai", "try again"};
    if (elsewhere)
      return {401, {{"Date", "Mon, 23 Nov 2026 12:00:00 GMT"}}, R"({"detail":"Authentication required."})"};
    const auto& path = request.url.path;
    if (path == "/idp/authorize")
      return authorize(request);
    if (path == "/idp/token/introspect")
      return secret_right ? HttpResponse{200, {}, R"({"active":false})"}
                          : HttpResponse{401, {}, R"({"error":"invalid_client"})"};
    if (path == "/idp/userinfo")
      return {401, date.empty() ? HttpHeaders{} : HttpHeaders{{"Date", date}}, "{}"};
    if (path == "/idp/token")
      return {400, {}, R"({"error":"unsupported_grant_type"})"};
    if (path == "/idp/scopes")
      return lists_scopes ? HttpResponse{200, {}, R"({"scopes":{"usage":"u","billing:read":"b"}})"}
                          : HttpResponse{503, {}, ""};
    return {
        200,
        {},
        R"({"issuer":"https://api.chutes.ai","authorization_endpoint":"https://api.chutes.ai/idp/authorize",)"
        R"("token_endpoint":"https://api.chutes.ai/idp/token"})"};
  }
  HttpResponse stream(const HttpRequest& request, const HeadSink&, const BodySink&) override {
    return send(request);
  }
  void prepare(const Url&) noexcept override {}

private:
  HttpResponse authorize(const HttpRequest& request) {
    if (!client_known)
      return {400, {}, unknown_client};
    for (const auto& known : registered)
      if (asks_for(request, "cid_1", known))
        return {authorize_status, {}, "page"};
    return {400, {}, unregistered};
  }
};

struct Check {
  Service http;
  fakes::CountingRandom random;
  fakes::FixedClock clock;
  Endpoints endpoints = Endpoints::from(Environment{});
  Integration integration{"cid_1", Secret{"csc_canary"}, {uri}, {}};
  std::optional<std::vector<std::string>> registered;

  std::vector<Diagnostic> run() {
    return IntegrationCheck{endpoints, http, random, clock}.run(integration, registered);
  }
  Diagnostic of(const std::string& check) {
    for (const auto& diagnostic : run())
      if (diagnostic.check == check)
        return diagnostic;
    return {"(none)", Verdict::skipped, ""};
  }
};

std::string text_of(const Diagnostic& diagnostic) {
  return diagnostic.check + ": " + diagnostic.detail +
         (diagnostic.hint.empty() ? "" : "\n" + diagnostic.hint);
}

} // namespace

TEST_CASE("a setup in order passes, and its secret went to the introspection endpoint only") {
  Check check;
  for (const auto& diagnostic : check.run())
    CHECK_MESSAGE((diagnostic.verdict == Verdict::ok || diagnostic.check == "clock"), diagnostic.check, ": ",
                  diagnostic.detail);
  int with_secret = 0;
  for (const auto& request : check.http.requests) {
    const bool holds = (request.body + request.url.text()).find("csc_canary") != std::string::npos;
    with_secret += holds ? 1 : 0;
    CHECK(holds == (request.url.path == "/idp/token/introspect"));
    CHECK(request.headers.empty() == (request.url.path == "/idp/userinfo"));
  }
  CHECK(with_secret == 1);
}

TEST_CASE("a redirect to the consent page or back accepts the redirect URI as the login page does") {
  for (const int status : {200, 302, 303}) {
    Check check;
    check.http.authorize_status = status;
    CHECK(check.of("redirect_accepted") == Diagnostic{"redirect_accepted", Verdict::ok, uri});
  }
}

TEST_CASE("pages of status 400 are distinguished by their text") {
  Check check;
  SUBCASE("an unknown client") {
    check.http.client_known = false;
    CHECK(check.of("client").verdict == Verdict::failed);
    CHECK(check.of("client").kind == ErrorKind::usage);
    check_golden(text_of(check.of("client")));
    CHECK(check.of("redirect_accepted").verdict == Verdict::skipped);
    CHECK(check.of("secret_accepted").verdict == Verdict::skipped);
  }
  SUBCASE("a redirect URI of another client") {
    check.integration.redirect_uris = {"https://elsewhere.example/cb"};
    CHECK(check.of("client").verdict == Verdict::ok);
    const auto diagnostic = check.of("redirect_accepted");
    CHECK(diagnostic.verdict == Verdict::failed);
    CHECK(diagnostic.hint.find("app update") != std::string::npos);
  }
  SUBCASE("another refusal is the service's failure") {
    check.http.authorize_status = 503;
    const auto diagnostic = check.of("client");
    CHECK(diagnostic.verdict == Verdict::failed);
    CHECK(diagnostic.detail.find("503") != std::string::npos);
    CHECK(diagnostic.kind == ErrorKind::service);
  }
}

TEST_CASE("a registered redirect URI that differs only slightly is named") {
  Check check;
  check.integration.redirect_uris = {"http://127.0.0.1:3000/cb/"};
  const auto diagnostic = check.of("redirect_accepted");
  CHECK(diagnostic.verdict == Verdict::failed);
  CHECK(diagnostic.detail.find("http://127.0.0.1:3000/cb/ ") != std::string::npos);
  CHECK(diagnostic.hint.find(uri + " ") != std::string::npos);
  check_golden(text_of(diagnostic));
  CHECK(near_redirect_uris("https://a.example/cb") ==
        std::vector<std::string>{"https://a.example/cb/", "http://a.example/cb"});
}

TEST_CASE("every redirect URI is tried") {
  Check check;
  check.integration.redirect_uris = {uri, "https://elsewhere.example/cb"};
  std::vector<Verdict> verdicts;
  for (const auto& diagnostic : check.run())
    if (diagnostic.check == "redirect_accepted")
      verdicts.push_back(diagnostic.verdict);
  CHECK(verdicts == std::vector<Verdict>{Verdict::ok, Verdict::failed});
}

TEST_CASE("a wrong secret is reported by its own check") {
  Check check;
  check.http.secret_right = false;
  CHECK(check.of("secret_accepted").verdict == Verdict::failed);
  CHECK(check.of("secret_accepted").kind == ErrorKind::usage);
  check_golden(text_of(check.of("secret_accepted")));
  check.integration.client_secret.reset();
  CHECK(check.of("secret_accepted").verdict == Verdict::skipped);
}

TEST_CASE("if the service cannot be reached, one check fails and the rest are skipped") {
  Check check;
  check.http.down = true;
  const auto diagnostics = check.run();
  CHECK(diagnostics.front().check == "discovery");
  CHECK(diagnostics.front().kind == ErrorKind::network);
  CHECK(diagnostics.front().hint == "check CHUTES_IDP_BASE_URL; if it is right, try again");
  for (std::size_t i = 1; i < diagnostics.size(); ++i)
    CHECK_MESSAGE(diagnostics[i].verdict == Verdict::skipped, diagnostics[i].check);
  CHECK(check.http.requests.size() == 1);
}

TEST_CASE("at an address that the service does not serve no check is ok, and every hint names the address") {
  for (const std::vector<std::string>& scopes : {std::vector<std::string>{"openid"}, {"openid", "usage"}}) {
    Check check;
    check.http.elsewhere = true;
    check.integration.scopes = scopes;
    std::vector<std::string> failed;
    for (const auto& diagnostic : check.run()) {
      CHECK_MESSAGE(diagnostic.verdict != Verdict::ok, diagnostic.check);
      if (diagnostic.verdict != Verdict::failed)
        continue;
      failed.push_back(diagnostic.check);
      CHECK_MESSAGE(diagnostic.hint.find("CHUTES_IDP_BASE_URL") != std::string::npos, text_of(diagnostic));
    }
    CHECK(failed == std::vector<std::string>{"discovery", "endpoints", "client"});
  }
}

TEST_CASE(
    "scopes are granted to no client that the service does not know, and not said to be without its list") {
  Check check;
  check.integration.scopes = {"openid"};
  CHECK(check.of("scopes_granted").verdict == Verdict::ok);
  check.http.client_known = false;
  CHECK(check.of("scopes_granted").verdict == Verdict::skipped);
  check.http.client_known = true;
  check.integration.client_id.reset();
  CHECK(check.of("scopes_granted").verdict == Verdict::skipped);
  check.integration.client_id = "cid_1";
  check.integration.scopes = {"openid", "usage"};
  CHECK(check.of("scopes_granted").verdict == Verdict::ok);
  check.http.lists_scopes = false;
  CHECK(check.of("scopes_granted").verdict == Verdict::skipped);
}

TEST_CASE("privileged scopes are granted to an app that registered them, if that is known") {
  Check check;
  check.integration.scopes = {"openid", "billing:read"};
  CHECK(check.of("scopes_granted").verdict == Verdict::warning);
  check_golden(text_of(check.of("scopes_granted")));
  check.registered = {"openid"};
  CHECK(check.of("scopes_granted").verdict == Verdict::failed);
  check_golden(text_of(check.of("scopes_granted")));
  check.registered = {"billing:read"};
  CHECK(check.of("scopes_granted").verdict == Verdict::ok);
}

TEST_CASE("a clock more than half a minute from the service's is a warning") {
  Check check;
  CHECK(check.of("clock").verdict == Verdict::skipped);
  check.http.date = "Thu, 01 Jan 2099 00:00:00 GMT";
  CHECK(check.of("clock").verdict == Verdict::warning);
  CHECK(check.of("clock").detail.find("behind") != std::string::npos);
}

TEST_CASE("the discovery document names the service, whatever host it is asked from") {
  Check check;
  check.endpoints.idp = *Url::parse("https://idp.example.org");
  CHECK(check.of("discovery").verdict == Verdict::ok);
}
