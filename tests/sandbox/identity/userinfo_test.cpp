#include "sandbox/running_sandbox.hpp"

using namespace chutes;
using namespace chutes::sandbox;

TEST_CASE("Userinfo reports id, name and date of the account, the date with its zone") {
  RunningSandbox sandbox;
  const auto user = sandbox.server.users().front();
  CHECK(
      sandbox.get("/idp/userinfo", "Bearer " + sandbox.sign_in().access_token).json() ==
      Json{{"sub", user.user_id}, {"username", "ada"}, {"created_at", moment_with_offset(user.created_at)}});
}

TEST_CASE("Userinfo requires a bearer token in exactly that form") {
  RunningSandbox sandbox;
  const auto token = sandbox.sign_in().access_token;
  const std::string no_header = R"(401 {"detail":"Missing or invalid authorization header"})";
  const std::string no_token = R"(401 {"detail":"Invalid or expired token"})";
  CHECK(sandbox.get("/idp/userinfo").text() == no_header);
  CHECK(sandbox.get("/idp/userinfo", token).text() == no_header);
  CHECK(sandbox.get("/idp/userinfo", "bearer " + token).text() == no_header);
  CHECK(sandbox.get("/idp/userinfo", "Bearer garbage").text() == no_token);
  CHECK(sandbox.get("/idp/userinfo", sandbox.api_key()).text() == no_token);
}

TEST_CASE("Userinfo is opened by openid, profile or account:read, and refuses every other scope") {
  RunningSandbox sandbox;
  const auto status = [&](const std::string& scope) {
    return sandbox.get("/idp/userinfo", "Bearer " + sandbox.sign_in(scope).access_token).status;
  };
  CHECK(status("openid") == 200);
  CHECK(status("profile") == 200);
  CHECK(status("account:read") == 200);
  CHECK(status("profile:read") == 403);
  CHECK(status("quota") == 403);
  const auto refused =
      sandbox.get("/idp/userinfo", "Bearer " + sandbox.sign_in("chutes:invoke").access_token);
  CHECK(refused.status == 403);
  CHECK(refused.detail() == "Token does not have required scope (openid, profile, or account:read)");
}

TEST_CASE("An access token is good for its lifetime and not a second longer") {
  RunningSandbox sandbox;
  const auto token = "Bearer " + sandbox.sign_in().access_token;
  sandbox.advance(std::chrono::seconds{3590});
  CHECK(sandbox.get("/idp/userinfo", token).status == 200);
  sandbox.advance(std::chrono::seconds{10});
  CHECK(sandbox.get("/idp/userinfo", token).status == 401);
}

TEST_CASE("The list of scopes has admin but not openid") {
  RunningSandbox sandbox;
  const auto scopes = sandbox.get("/idp/scopes").json().at("scopes");
  CHECK(scopes.contains("admin"));
  CHECK(scopes.contains("chutes:invoke"));
  CHECK_FALSE(scopes.contains("openid"));
  CHECK(scopes.size() == 22);
}

TEST_CASE("Every listed scope that is not privileged can be had, whatever the application registered") {
  RunningSandbox sandbox;
  for (const auto* scope :
       {"profile", "profile:read", "account:read", "quota", "quota:read", "balance", "balance:read", "usage",
        "usage:read", "chutes:read", "images:read", "invocations:read", "chutes:invoke", "openid"}) {
    CAPTURE(scope);
    CHECK(sandbox.code({{"scope", scope}}).size() == 64);
  }
}

TEST_CASE("Every privileged scope requires registration") {
  RunningSandbox sandbox;
  for (const auto* scope : {"billing:read", "account:write", "secrets:read", "secrets:write", "chutes:write",
                            "chutes:delete", "images:write", "images:delete", "admin"}) {
    CAPTURE(scope);
    const auto location = sandbox.authorize({{"scope", scope}}).header("Location");
    CHECK(location.find("requires+explicit+app+registration") != std::string::npos);
  }
}

TEST_CASE("Discovery names the service itself, whatever host asks, and advertises what it refuses") {
  RunningSandbox sandbox;
  const std::string base = "https://api.chutes.ai";
  const auto document = sandbox.get("/.well-known/openid-configuration").json();
  CHECK(document.at("issuer") == base);
  CHECK(document.at("authorization_endpoint") == base + "/idp/authorize");
  CHECK(document.at("token_endpoint") == base + "/idp/token");
  CHECK(document.at("userinfo_endpoint") == base + "/idp/userinfo");
  CHECK(document.at("revocation_endpoint") == base + "/idp/token/revoke");
  CHECK(document.at("introspection_endpoint") == base + "/idp/token/introspect");
  CHECK(document.at("token_endpoint_auth_methods_supported") ==
        Json{"client_secret_post", "client_secret_basic", "none"});
  CHECK(document.at("code_challenge_methods_supported") == Json{"plain", "S256"});
  CHECK_FALSE(document.contains("jwks_uri"));
  CHECK_FALSE(document.contains("authorization_response_iss_parameter_supported"));
}

TEST_CASE("A sign-in with a hotkey uses its nonce up, and no signature is right") {
  RunningSandbox sandbox;
  const std::string nonce = sandbox.get("/idp/cli_login/nonce").json().at("nonce");
  CHECK(nonce.size() == 36);
  const auto sign_in = [&](const std::string& signature) {
    const auto reply = sandbox.get("/idp/cli_login?hotkey=5x&signature=" + signature + "&nonce=" + nonce);
    CHECK(reply.status == 400);
    return reply.body;
  };
  CHECK(sign_in("00").find("Invalid signature.") != std::string::npos);
  CHECK(sign_in("00").find("Invalid or expired nonce. Please try again.") != std::string::npos);
  CHECK(sandbox.get("/idp/cli_login?hotkey=5x").detail().size() == 2);
}

TEST_CASE("A session of the website may manage apps until it ends, and another text is no session") {
  RunningSandbox sandbox;
  const auto log_in = [&](const Json& body) { return sandbox.send_json("POST", "/users/login", body, {}); };
  const auto fingerprint = sandbox.server.users().front().fingerprint;
  const auto token = "Bearer " + log_in({{"fingerprint", fingerprint}}).json().at("token").get<std::string>();
  CHECK(sandbox.get("/idp/apps", token).status == 200);
  sandbox.advance(std::chrono::days{7});
  CHECK(sandbox.get("/idp/apps", token).text() == R"(401 {"detail":"Token expired."})");
  CHECK(sandbox.get("/idp/apps", "Bearer garbage").text() == R"(401 {"detail":"Invalid token."})");
  CHECK(log_in({{"fingerprint", "wrong"}}).text() == R"(401 {"detail":"Invalid fingerprint."})");
  CHECK(log_in(Json::object()).status == 400);
}

TEST_CASE("The lists of an account's things want an admin key, and its API keys come newest first") {
  RunningSandbox sandbox;
  const auto keys = sandbox.manage("GET", "/api_keys/").json();
  CHECK(keys.at("total") == 1);
  CHECK(keys.at("items").at(0).at("admin") == true);
  CHECK(sandbox.manage("GET", "/secrets/").json().at("items") == Json::array());
  CHECK(sandbox.manage("GET", "/images/").json().at("items") == Json::array());
  CHECK(sandbox.manage("GET", "/model_aliases/").json() == Json::array());
  const auto token = "Bearer " + sandbox.sign_in().access_token;
  for (const char* path : {"/api_keys/", "/secrets/", "/images/", "/model_aliases/"}) {
    CAPTURE(path);
    CHECK(sandbox.get(path).status == 401);
    CHECK(sandbox.get(path, token).status == 403);
  }
}
