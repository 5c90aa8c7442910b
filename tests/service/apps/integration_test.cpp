#include "golden.hpp"
#include "service/apps/integration.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace chutes;
using namespace chutes::service;

namespace {

const std::string client_id = "cid_" + std::string(24, 'a');
const std::string client_secret = "csc_" + std::string(48, 'B');

Integration from(const std::map<std::string, std::string>& variables) {
  return read_integration([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional{found->second};
  });
}

// The results of one check for these variables.
std::vector<Diagnostic> diagnostics_of(const char* check,
                                       const std::map<std::string, std::string>& variables) {
  std::vector<Diagnostic> found;
  for (const auto& diagnostic : validate_form(from(variables)))
    if (diagnostic.check == check)
      found.push_back(diagnostic);
  return found;
}

Diagnostic only(const char* check, const std::map<std::string, std::string>& variables) {
  const auto found = diagnostics_of(check, variables);
  REQUIRE(found.size() == 1);
  return found.front();
}

} // namespace

TEST_CASE("a setup is read under the names of the official SDK") {
  const auto setup = from({{"CHUTES_OAUTH_CLIENT_ID", client_id},
                           {"CHUTES_OAUTH_CLIENT_SECRET", client_secret},
                           {"CHUTES_OAUTH_SCOPES", "openid  profile"},
                           {"CHUTES_OAUTH_REDIRECT_URI", "https://shop.example/cb"},
                           {"NEXT_PUBLIC_APP_URL", "https://ignored.example"}});
  CHECK(setup.client_id == client_id);
  CHECK(setup.client_secret == Secret{client_secret});
  CHECK(setup.scopes == std::vector<std::string>{"openid", "profile"});
  CHECK(setup.redirect_uris == std::vector<std::string>{"https://shop.example/cb"});
  CHECK(!setup.redirect_uri_assumed);
  for (const auto& diagnostic : validate_form(setup))
    CHECK_MESSAGE(diagnostic.verdict == Verdict::ok, diagnostic.check, ": ", diagnostic.detail);
}

TEST_CASE("without a redirect URI the application's address gives it, else the SDK's fallback") {
  CHECK(from({{"NEXT_PUBLIC_APP_URL", "https://shop.example/"}}).redirect_uris ==
        std::vector<std::string>{"https://shop.example/api/auth/chutes/callback"});
  const auto nothing = from({});
  CHECK(nothing.redirect_uris == std::vector<std::string>{"http://localhost:3000/api/auth/chutes/callback"});
  CHECK(nothing.redirect_uri_assumed);
  CHECK(only("redirect_uri", {}).verdict == Verdict::warning);
}

TEST_CASE("what is not set fails, and what has another form is a warning") {
  const auto no_id = only("client_id", {});
  CHECK(no_id.verdict == Verdict::failed);
  CHECK(no_id.detail.find("CHUTES_OAUTH_CLIENT_ID") != std::string::npos);
  CHECK(no_id.hint.find("app create") != std::string::npos);
  const auto no_secret = only("client_secret", {});
  CHECK(no_secret.verdict == Verdict::failed);
  CHECK(no_secret.hint.find("app rotate-secret") != std::string::npos);
  const auto odd_id = only("client_id", {{"CHUTES_OAUTH_CLIENT_ID", client_id + " "}});
  CHECK(odd_id.verdict == Verdict::warning);
  for (const auto& diagnostic : {no_id, no_secret, odd_id})
    check_golden(diagnostic.detail + "\n" + diagnostic.hint);
  CHECK(only("client_id", {{"CHUTES_OAUTH_CLIENT_ID", client_id}}) ==
        Diagnostic{"client_id", Verdict::ok, client_id});
  CHECK(only("client_secret", {{"CHUTES_OAUTH_CLIENT_SECRET", "csc_short"}}).verdict == Verdict::warning);
}

TEST_CASE("a value that belongs into another variable is named by its kind and never repeated") {
  for (const auto& [value, kind] : std::map<std::string, std::string>{{client_secret, "a client secret"},
                                                                      {"cpk_canary", "an API key"},
                                                                      {"cak_canary", "an access token"},
                                                                      {"crt_canary", "a refresh token"}}) {
    const auto diagnostic = only("client_id", {{"CHUTES_OAUTH_CLIENT_ID", value}});
    CHECK(diagnostic.verdict == Verdict::failed);
    CHECK(diagnostic.detail.ends_with(" " + kind));
    const auto scopes = only("scopes", {{"CHUTES_OAUTH_SCOPES", "openid " + value}});
    CHECK(scopes.verdict == Verdict::failed);
    CHECK(scopes.detail.ends_with(" " + kind));
    for (const auto& text : {diagnostic.detail, diagnostic.hint, scopes.detail, scopes.hint})
      CHECK(text.find(value) == std::string::npos);
  }
  const auto swapped = only("client_secret", {{"CHUTES_OAUTH_CLIENT_SECRET", client_id}});
  CHECK(swapped.detail.ends_with(" a client id"));
  check_golden(swapped.detail + "\n" + swapped.hint);
  CHECK(only("client_id", {{"CHUTES_OAUTH_CLIENT_ID", "canary"}}).detail.find("canary") == std::string::npos);
}

TEST_CASE("redirect URIs that the service accepts and that will not work are warned about") {
  const auto of = [](const std::string& uri) {
    return only("redirect_uri", {{"CHUTES_OAUTH_REDIRECT_URI", uri}});
  };
  CHECK(of("https://shop.example/cb").verdict == Verdict::ok);
  CHECK(of("https://shop.example/cb?x=1").verdict == Verdict::warning);
  CHECK(of("http://shop.example/cb").verdict == Verdict::warning);
  CHECK(of("http://127.0.0.1:3000/cb").verdict == Verdict::ok);
  CHECK(of("shop.example/cb").verdict == Verdict::failed);
  CHECK(of("https://shop.example/cb#x").verdict == Verdict::failed);
}

TEST_CASE("several redirect URIs are checked one by one, with a warning that the SDK accepts only one") {
  const auto diagnostics = diagnostics_of(
      "redirect_uri", {{"CHUTES_OAUTH_REDIRECT_URI", "https://a.example/cb, https://b.example/cb"}});
  REQUIRE(diagnostics.size() == 3);
  CHECK(diagnostics[0].verdict == Verdict::warning);
  CHECK(diagnostics[0].detail.find("CHUTES_OAUTH_REDIRECT_URI") != std::string::npos);
  check_golden(diagnostics[0].detail + "\n" + diagnostics[0].hint);
  CHECK(diagnostics[2] == Diagnostic{"redirect_uri", Verdict::ok, "https://b.example/cb"});
}

TEST_CASE("scopes are separated by spaces, as the SDK sends them") {
  CHECK(only("scopes", {}).verdict == Verdict::ok);
  CHECK(only("scopes", {}).detail.find("openid profile chutes:invoke") != std::string::npos);
  const auto comma = only("scopes", {{"CHUTES_OAUTH_SCOPES", "openid,profile"}});
  CHECK(comma.verdict == Verdict::failed);
  check_golden(comma.detail + "\n" + comma.hint);
}
