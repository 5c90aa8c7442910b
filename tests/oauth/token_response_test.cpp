// The token endpoint's answers: what is a token response, what a refusal, and what is nonsense.
#include "oauth/failure.hpp"
#include "oauth/token_response.hpp"

using namespace chutes;
using namespace chutes::oauth;

namespace {

TokenAnswer answer(int status, const std::string& body) {
  return read_token_answer({status, {}, body});
}

TokenResponse tokens(const std::string& body) {
  return std::get<TokenResponse>(answer(200, body));
}

Failure nonsense(int status, const std::string& body) {
  return failure_of([&] { static_cast<void>(answer(status, body)); });
}

// A token response with this text in place of the access token's value, or of another member.
std::string response_with(const std::string& members) {
  return R"({"access_token":"cak_a","token_type":"Bearer")" + members + "}";
}

} // namespace

TEST_CASE("the service's token response is read whole") {
  const auto read =
      tokens(R"({"access_token":"cak_a","token_type":"Bearer","expires_in":3600,"refresh_token":"crt_b",)"
             R"("scope":"openid profile chutes:invoke"})");

  CHECK(read.access_token == Secret{"cak_a"});
  CHECK(read.refresh_token == Secret{"crt_b"});
  CHECK(read.expires_in == std::chrono::seconds{3600});
  CHECK(read.scope == Scope{"openid", "profile", "chutes:invoke"});
  CHECK_FALSE(read.id_token);
}

TEST_CASE("RFC 6749 5.1: what may be absent may be absent, and null is absent") {
  for (const char* body :
       {R"({"access_token":"cak_a","token_type":"bearer"})",
        R"({"access_token":"cak_a","token_type":"BEARER","expires_in":null,"refresh_token":null,)"
        R"("scope":null,"id_token":null,"unknown":{"a":[1]}})"}) {
    const auto read = tokens(body);
    CHECK(read.access_token == Secret{"cak_a"});
    CHECK_FALSE(read.refresh_token);
    CHECK_FALSE(read.expires_in);
    CHECK_FALSE(read.scope);
    CHECK_FALSE(read.id_token);
  }
  CHECK(tokens(response_with(R"(,"expires_in":"3600")")).expires_in == std::chrono::seconds{3600});
  CHECK(tokens(response_with(R"(,"expires_in":0)")).expires_in == std::chrono::seconds{0});
  CHECK(tokens(response_with(R"(,"scope":"")")).scope == Scope{});
  CHECK(tokens(response_with(R"(,"id_token":"a.b.c")")).id_token == Secret{"a.b.c"});
}

TEST_CASE("a token response that is not certainly one is nonsense") {
  const auto refused = [](const char* what) { return Failure{ErrorKind::service, what, 200}; };

  CHECK(nonsense(200, "") == refused("the token endpoint answered with something that is not JSON"));
  CHECK(nonsense(200, R"({"access_token":"cak_a","token_type":"Bea)") ==
        refused("the token endpoint answered with something that is not JSON"));
  CHECK(nonsense(200, "<!DOCTYPE html><title>cak_secret</title>") ==
        refused("the token endpoint answered with HTML instead of JSON"));
  CHECK(nonsense(200, R"([{"access_token":"cak_a"}])") ==
        refused("the token endpoint answered with JSON that is not an object"));
  CHECK(nonsense(200, R"({"access_token":"cak_a"})") ==
        refused("the token endpoint sent a token that is not of type Bearer"));
  CHECK(nonsense(200, R"({"access_token":"cak_a","token_type":"mac"})") ==
        refused("the token endpoint sent a token that is not of type Bearer"));
  CHECK(nonsense(200, R"({"access_token":"cak_a","token_type":["Bearer"]})") ==
        refused("the token endpoint sent a token that is not of type Bearer"));
  CHECK(nonsense(200, R"({"token_type":"Bearer"})") == refused("the token endpoint sent no access token"));
  CHECK(nonsense(200, R"({"token_type":"Bearer","access_token":null})") ==
        refused("the token endpoint sent no access token"));
}

TEST_CASE("RFC 6749 5.1: a document that says the same thing twice says nothing") {
  CHECK(nonsense(200, response_with(R"(,"access_token":"cak_b")")).message ==
        "the token endpoint answered with something that is not JSON");
}

TEST_CASE("RFC 6749 appendix A.12: a token is visible ASCII, or it could end a header early") {
  for (const char* token : {R"("")", R"("cak a")", R"("cak\r\nX-Injected: y")", R"("cak\u0000")",
                            R"("cak\u007f")", R"("käse")", "7", "true", "{}", R"(["cak_a"])"})
    CHECK_MESSAGE(
        nonsense(200, R"({"token_type":"Bearer","access_token":)" + std::string{token} + "}").message ==
            "the token endpoint sent a malformed access_token",
        token);
  CHECK(nonsense(200, response_with(R"(,"refresh_token":"crt\n")")).message ==
        "the token endpoint sent a malformed refresh_token");
  CHECK(nonsense(200, response_with(R"(,"id_token":17)")).message ==
        "the token endpoint sent a malformed id_token");
  CHECK(tokens(R"({"token_type":"Bearer","access_token":")" + std::string(16384, 'a') + "\"}")
            .access_token.reveal()
            .size() == 16384);
  CHECK(
      nonsense(200, R"({"token_type":"Bearer","access_token":")" + std::string(16385, 'a') + "\"}").message ==
      "the token endpoint sent a malformed access_token");
}

TEST_CASE("a lifetime is a whole number of seconds that somebody could mean") {
  for (const char* lifetime :
       {"-1", "1e300", "9223372036854775807", "3600.5", "\"soon\"", "true", "[3600]", "\"\""})
    CHECK_MESSAGE(nonsense(200, response_with(std::string{R"(,"expires_in":)"} + lifetime)).message ==
                      "the token endpoint sent a malformed expires_in",
                  lifetime);
  CHECK(nonsense(200, response_with(R"(,"scope":["openid"])")).message ==
        "the token endpoint sent a malformed scope");
}

TEST_CASE("RFC 6749 5.2: an error response is a refusal, its text one short clean line") {
  const auto refusal = std::get<TokenRefusal>(answer(400, R"({"error":"invalid_grant"})"));
  CHECK(refusal.status == 400);
  CHECK(refusal.error == "invalid_grant");
  CHECK(refusal.description == "");

  const auto wordy = std::get<TokenRefusal>(answer(
      401,
      R"({"error":"invalid_client","error_description":"bad\u001b[31m\nsecret","error_uri":"https://x"})"));
  CHECK(wordy.status == 401);
  CHECK(wordy.error == "invalid_client");
  CHECK(wordy.description.find_first_of("\x1b\n") == std::string::npos);

  const auto endless = std::get<TokenRefusal>(
      answer(400, R"({"error":"x","error_description":")" + std::string(9000, 'd') + "\"}"));
  CHECK(endless.description.size() <= 200);
  CHECK(std::get<TokenRefusal>(answer(400, R"({"error":"x","error_description":{"a":1}})")).description ==
        "");
}

TEST_CASE("what is neither tokens nor an error code is the service's failure, and is never quoted") {
  struct Row {
    int status;
    const char* body;
    Failure expected;
  };
  const Row rows[] = {
      {500,
       R"({"error":"invalid_grant"})",
       {ErrorKind::service, "the token endpoint failed with status 500", 500}},
      {502,
       "<html>bad gateway</html>",
       {ErrorKind::service, "the token endpoint failed with status 502", 502}},
      {307,
       "",
       {ErrorKind::service, "the token endpoint redirected elsewhere, which is never followed", 307}},
      {429,
       "<html>429 Too Many Requests</html>",
       {ErrorKind::limit, "the token endpoint was asked too often", 429}},
      {404,
       "<html>nginx</html>",
       {ErrorKind::service, "the token endpoint answered with HTML instead of JSON", 404}},
      {422,
       R"({"detail":[{"type":"missing","loc":["body","grant_type"],"input":{"client_secret":"csc_x"}}]})",
       {ErrorKind::service, "the token endpoint answered with status 422 and no error code", 422}},
      {400,
       R"({"error":{"code":"x"}})",
       {ErrorKind::service, "the token endpoint answered with status 400 and no error code", 400}},
      {400,
       R"("invalid_grant")",
       {ErrorKind::service, "the token endpoint answered with JSON that is not an object", 400}},
  };
  for (const auto& row : rows)
    CHECK(nonsense(row.status, row.body) == row.expected);
}
