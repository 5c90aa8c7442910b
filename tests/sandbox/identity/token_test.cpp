#include "base/base64.hpp"
#include "sandbox/running_sandbox.hpp"

#include <regex>

using namespace chutes;
using namespace chutes::sandbox;

namespace {

// RFC 7636 appendix B
constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const FormFields challenge{{"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
                           {"code_challenge_method", "S256"}};

const std::string invalid_grant = R"(400 {"error":"invalid_grant"})";
const std::string invalid_client = R"(400 {"error":"invalid_client"})";
const std::string missing_parameters =
    R"(400 {"error":"invalid_request","error_description":"Missing required parameters"})";

} // namespace

TEST_CASE("A code is exchanged for a pair of tokens in the service's formats") {
  RunningSandbox sandbox;
  const auto reply = sandbox.exchange(sandbox.code());
  const auto json = reply.json();
  CHECK(reply.status == 200);
  CHECK(reply.header("Cache-Control") == "no-store");
  CHECK(std::regex_match(json.at("access_token").get<std::string>(),
                         std::regex{"cak_[0-9a-f-]{36}\\.[A-Za-z0-9]{48}"}));
  CHECK(std::regex_match(json.at("refresh_token").get<std::string>(),
                         std::regex{"crt_[0-9a-f-]{36}\\.[A-Za-z0-9]{48}"}));
  CHECK(json.at("token_type") == "Bearer");
  CHECK(json.at("expires_in") == 3600);
  CHECK(json.at("scope") == "openid profile chutes:invoke");
  CHECK(json.size() == 5);
}

TEST_CASE("Missing parameters are an invalid_request, a missing grant type and another content type a 422") {
  RunningSandbox sandbox;
  const std::string no_grant_type =
      R"(422 {"detail":[{"type":"missing","loc":["body","grant_type"],"msg":"Field required","input":null}]})";
  CHECK(sandbox.exchange("").text() == missing_parameters);
  CHECK(sandbox.exchange(sandbox.code(), {{"client_id", ""}}).text() == missing_parameters);
  CHECK(sandbox.exchange(sandbox.code(), {{"redirect_uri", ""}}).text() == missing_parameters);
  CHECK(sandbox.refresh("").text() == missing_parameters);
  CHECK(sandbox.post_form("/idp/token", {{"code", "x"}}).text() == no_grant_type);
  CHECK(sandbox.send_json("POST", "/idp/token", {{"grant_type", "refresh_token"}}, {}).text() ==
        no_grant_type);
}

TEST_CASE("Other grants are not supported") {
  RunningSandbox sandbox;
  CHECK(sandbox.post_form("/idp/token", {{"grant_type", "client_credentials"}}).text() ==
        R"(400 {"error":"unsupported_grant_type"})");
}

TEST_CASE("A form in multipart encoding is a form too") {
  RunningSandbox sandbox;
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nnonsense\r\n--b--\r\n";
  CHECK(sandbox.send("POST", "/idp/token", body, {{"Content-Type", "multipart/form-data; boundary=b"}})
            .text() == R"(400 {"error":"unsupported_grant_type"})");
}

TEST_CASE("A code is good for one exchange within ten minutes") {
  RunningSandbox sandbox;
  const auto code = sandbox.code();
  CHECK(sandbox.exchange(code).status == 200);
  CHECK(sandbox.exchange(code).text() == invalid_grant);
  const auto late = sandbox.code();
  sandbox.advance(std::chrono::seconds{600});
  CHECK(sandbox.exchange(late).text() == invalid_grant);
}

TEST_CASE("Whatever is wrong with an exchange spends the code") {
  RunningSandbox sandbox;
  const std::vector<std::pair<FormFields, std::string>> mistakes{
      {{{"redirect_uri", sandbox.server.demo().redirect_uris.back()}}, invalid_grant},
      {{{"client_id", "cid_unknown"}}, invalid_client},
      {{{"client_secret", "csc_wrong"}}, invalid_client},
      {{{"client_secret", ""}}, invalid_client},
      {{{"code_verifier", "wrong"}}, invalid_grant},
      {{{"code_verifier", ""}}, invalid_grant},
  };
  for (const auto& [mistake, refusal] : mistakes) {
    CAPTURE(mistake.front().first);
    const auto code = sandbox.code(challenge);
    FormFields fields{{"code_verifier", verifier}};
    fields.insert(fields.end(), mistake.begin(), mistake.end());
    CHECK(sandbox.exchange(code, fields).text() == refusal);
    CHECK(sandbox.exchange(code, {{"code_verifier", verifier}}).text() == invalid_grant);
  }
}

TEST_CASE("The redirect URI is looked at before the client, the client's secret before the code verifier") {
  RunningSandbox sandbox;
  CHECK(sandbox.exchange(sandbox.code(), {{"redirect_uri", "x"}, {"client_id", "cid_unknown"}}).text() ==
        invalid_grant);
  CHECK(
      sandbox.exchange(sandbox.code(challenge), {{"client_secret", "csc_wrong"}, {"code_verifier", "wrong"}})
          .text() == invalid_client);
}

TEST_CASE("A missing parameter is noticed before the code is looked up, and does not spend it") {
  RunningSandbox sandbox;
  const auto code = sandbox.code();
  CHECK(sandbox.exchange(code, {{"redirect_uri", ""}}).text() == missing_parameters);
  CHECK(sandbox.exchange(code).status == 200);
}

TEST_CASE("The code verifier of RFC 7636 is the one its challenge asks for") {
  RunningSandbox sandbox;
  CHECK(sandbox.exchange(sandbox.code(challenge), {{"code_verifier", verifier}}).status == 200);
}

TEST_CASE("A code belongs to the client it was issued to") {
  RunningSandbox sandbox;
  const auto other = sandbox.register_app();
  CHECK(sandbox
            .exchange(sandbox.code(),
                      {{"client_id", other.at("client_id")}, {"client_secret", other.at("client_secret")}})
            .text() == invalid_client);
}

TEST_CASE("The old rules want no client secret beside a code challenge, and want it without") {
  RunningSandbox sandbox{old_rules()};
  const FormFields without_secret{{"client_secret", ""}, {"code_verifier", verifier}};
  CHECK(sandbox.exchange(sandbox.code(challenge), without_secret).status == 200);
  CHECK(sandbox.exchange(sandbox.code(), without_secret).text() == invalid_client);
}

TEST_CASE("The old rules compare a plain challenge as it is") {
  RunningSandbox sandbox{old_rules()};
  const FormFields plain{{"code_challenge", "my-verifier"}, {"code_challenge_method", "plain"}};
  CHECK(sandbox.exchange(sandbox.code(plain), {{"code_verifier", "my-verifier"}}).status == 200);
  CHECK(sandbox.exchange(sandbox.code(plain), {{"code_verifier", "another"}}).text() == invalid_grant);
}

TEST_CASE("Client credentials may come in a Basic header, and fields of the body win over it") {
  RunningSandbox sandbox;
  const auto& demo = sandbox.server.demo();
  const auto exchange_with = [&](const std::string& authorization, FormFields fields) {
    fields.insert(fields.end(), {{"grant_type", "authorization_code"},
                                 {"code", sandbox.code()},
                                 {"redirect_uri", sandbox.redirect_uri()}});
    return sandbox.post_form("/idp/token", fields, authorization).text().substr(0, 3);
  };
  const auto right = base64_encode(demo.client_id + ":" + demo.client_secret);
  const auto wrong = base64_encode(demo.client_id + ":csc_wrong");
  CHECK(exchange_with("Basic " + right, {}) == "200");
  CHECK(exchange_with("Basic " + wrong, {}) == "400");
  CHECK(exchange_with("Basic " + wrong, {{"client_secret", demo.client_secret}}) == "200");
  CHECK(exchange_with("Basic " + right, {{"client_secret", "csc_wrong"}}) == "400");
  CHECK(exchange_with("basic " + right, {}) == "400"); // the scheme is compared letter by letter
  CHECK(exchange_with("Basic !!!", {{"client_id", demo.client_id}, {"client_secret", demo.client_secret}}) ==
        "200");
}

TEST_CASE("A refresh gives a new pair, and the old access token lives on") {
  RunningSandbox sandbox;
  const auto first = sandbox.sign_in();
  const auto second = RunningSandbox::tokens_of(sandbox.refresh(first.refresh_token));
  CHECK(second.access_token != first.access_token);
  CHECK(second.refresh_token != first.refresh_token);
  CHECK(sandbox.is_active(first.access_token));
}

TEST_CASE("A refresh token is valid once, without a grace period, and its replay has no effect") {
  RunningSandbox sandbox;
  const auto first = sandbox.sign_in();
  const auto second = RunningSandbox::tokens_of(sandbox.refresh(first.refresh_token));
  CHECK(sandbox.refresh(first.refresh_token).text() == invalid_grant);
  CHECK(sandbox.is_active(second.access_token));
  CHECK(sandbox.refresh(second.refresh_token).status == 200);
}

TEST_CASE("A refresh that fails because of the client does not spend the refresh token") {
  RunningSandbox sandbox;
  const auto tokens = sandbox.sign_in();
  const auto other = sandbox.register_app();
  CHECK(sandbox.refresh(tokens.refresh_token, {{"client_secret", ""}}).text() == invalid_client);
  CHECK(sandbox.refresh(tokens.refresh_token, {{"client_secret", "csc_wrong"}}).text() == invalid_client);
  CHECK(sandbox
            .refresh(tokens.refresh_token,
                     {{"client_id", other.at("client_id")}, {"client_secret", other.at("client_secret")}})
            .text() == invalid_client);
  CHECK(sandbox.refresh(tokens.refresh_token).status == 200);
}

TEST_CASE("A refresh requires the client secret under the old rules too") {
  RunningSandbox sandbox{old_rules()};
  CHECK(sandbox.refresh(sandbox.sign_in().refresh_token, {{"client_secret", ""}}).text() == invalid_client);
}

TEST_CASE("An invalid refresh token is an invalid_grant, before the client is checked") {
  RunningSandbox sandbox;
  const auto tokens = sandbox.sign_in();
  for (const auto& text : {std::string{"garbage"}, std::string{"crt_x.y"}, tokens.access_token,
                           tokens.refresh_token + "x", "crt_" + tokens.access_token.substr(4)}) {
    CAPTURE(text);
    CHECK(sandbox.refresh(text, {{"client_secret", "csc_wrong"}}).text() == invalid_grant);
  }
  CHECK(sandbox.refresh(tokens.refresh_token).status == 200);
}

TEST_CASE("Each refresh starts a full new period of the refresh token") {
  RunningSandbox sandbox;
  auto tokens = sandbox.sign_in();
  for (int round = 0; round < 3; ++round) {
    sandbox.advance(std::chrono::days{29});
    tokens = RunningSandbox::tokens_of(sandbox.refresh(tokens.refresh_token));
  }
  sandbox.advance(std::chrono::days{30});
  CHECK(sandbox.refresh(tokens.refresh_token).text() == invalid_grant);
}

TEST_CASE("A refresh token lives as long as its application says") {
  RunningSandbox sandbox;
  const auto app = sandbox.register_app({{"refresh_token_lifetime_days", 1}});
  const FormFields client{{"client_id", app.at("client_id")},
                          {"client_secret", app.at("client_secret")},
                          {"redirect_uri", "http://127.0.0.1:9/callback"}};
  const auto tokens =
      RunningSandbox::tokens_of(sandbox.exchange(sandbox.code({client[0], client[2]}), client));
  sandbox.advance(std::chrono::days{1});
  CHECK(sandbox.refresh(tokens.refresh_token, {client[0], client[1]}).text() == invalid_grant);
}

TEST_CASE("A refresh narrows nothing and carries the scopes of the latest consent on any device") {
  RunningSandbox sandbox;
  const auto one_device = sandbox.sign_in("openid profile chutes:invoke");
  CHECK(sandbox.exchange(sandbox.code({{"scope", "openid"}})).json().at("scope") == "openid");
  CHECK(sandbox.refresh(one_device.refresh_token, {{"scope", "profile"}}).json().at("scope") == "openid");
}

TEST_CASE("A refresh does not ask whether the application is active, using its tokens does") {
  RunningSandbox sandbox;
  const auto tokens = sandbox.sign_in();
  const auto app = sandbox.manage("GET", "/idp/apps/" + sandbox.server.demo().client_id).json();
  sandbox.manage("PATCH", "/idp/apps/" + app.at("app_id").get<std::string>(), {{"active", false}});
  const auto next = RunningSandbox::tokens_of(sandbox.refresh(tokens.refresh_token));
  CHECK(sandbox.get("/idp/userinfo", "Bearer " + next.access_token).status == 401);
  CHECK(sandbox.get("/users/me", "Bearer " + next.access_token).status == 401);
  CHECK(sandbox.is_active(next.access_token)); // introspection does not look at it either
}

TEST_CASE("Access tokens live as long as the command line says") {
  auto options = with_approval(Approval::automatic);
  options.rules.token_lifetime = std::chrono::seconds{90};
  RunningSandbox sandbox{options};
  const auto reply = sandbox.exchange(sandbox.code());
  const auto tokens = RunningSandbox::tokens_of(reply);
  CHECK(reply.json().at("expires_in") == 90);
  sandbox.advance(std::chrono::seconds{80});
  CHECK(sandbox.is_active(tokens.access_token));
  sandbox.advance(std::chrono::seconds{10});
  CHECK_FALSE(sandbox.is_active(tokens.access_token));
}

TEST_CASE("A revocation ends that one token, and always says it did") {
  RunningSandbox sandbox;
  const auto tokens = sandbox.sign_in();
  const auto revoke = [&](const FormFields& fields) {
    return sandbox.post_form("/idp/token/revoke", fields).text();
  };
  CHECK(revoke({{"token", tokens.access_token}, {"token_type_hint", "refresh_token"}}) ==
        R"(200 {"revoked":true})");
  CHECK_FALSE(sandbox.is_active(tokens.access_token));
  CHECK(sandbox.is_active(tokens.refresh_token));
  CHECK(revoke({{"token", tokens.refresh_token}}) == R"(200 {"revoked":true})");
  CHECK(sandbox.refresh(tokens.refresh_token).text() == invalid_grant);
  CHECK(revoke({{"token", "garbage"}}) == R"(200 {"revoked":true})");
  CHECK(revoke({}).starts_with("422 "));
}

TEST_CASE(
    "Introspection reports kind, times, scope, client and user of a valid token, and nothing of another") {
  RunningSandbox sandbox;
  const auto tokens = sandbox.sign_in("openid");
  const auto introspect = [&](const std::string& token) {
    return sandbox.post_form("/idp/token/introspect", {{"token", token}}).json();
  };
  const auto access = introspect(tokens.access_token);
  const auto refresh = introspect(tokens.refresh_token);
  CHECK(access == Json{{"active", true},
                       {"token_type", "access_token"},
                       {"exp", access.at("iat").get<long>() + 3600},
                       {"iat", access.at("iat")},
                       {"scope", "openid"},
                       {"client_id", sandbox.server.demo().client_id},
                       {"username", "ada"},
                       {"sub", sandbox.server.users().front().user_id}});
  CHECK(refresh.at("token_type") == "refresh_token");
  CHECK(refresh.at("exp").get<long>() - refresh.at("iat").get<long>() == 30L * 86400);
  CHECK(introspect("garbage") == Json{{"active", false}});
}

TEST_CASE("Introspection checks client credentials only if both stand in the form") {
  RunningSandbox sandbox;
  const auto& demo = sandbox.server.demo();
  const auto introspect = [&](const FormFields& client, const std::string& authorization = {}) {
    FormFields fields{{"token", "garbage"}};
    fields.insert(fields.end(), client.begin(), client.end());
    return sandbox.post_form("/idp/token/introspect", fields, authorization).text();
  };
  const std::string inactive = R"(200 {"active":false})";
  CHECK(introspect({}) == inactive);
  CHECK(introspect({{"client_id", demo.client_id}}) == inactive);
  CHECK(introspect({{"client_id", demo.client_id}, {"client_secret", demo.client_secret}}) == inactive);
  CHECK(introspect({{"client_id", demo.client_id}, {"client_secret", "csc_wrong"}}) ==
        R"(401 {"error":"invalid_client"})");
  CHECK(introspect({}, "Basic " + base64_encode(demo.client_id + ":csc_wrong")) == inactive);
}
