// The token endpoint's answers: what is a token response, what an error response, and what is neither.
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

Failure failure(int status, const std::string& body) {
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

TEST_CASE("a token response that is not certainly one is the service's failure") {
  Sentences said;
  for (const char* body : {"", R"({"access_token":"cak_a","token_type":"Bea)",
                           "<!DOCTYPE html><title>cak_secret</title>", R"([{"access_token":"cak_a"}])",
                           R"({"access_token":"cak_a"})", R"({"access_token":"cak_a","token_type":"mac"})",
                           R"({"access_token":"cak_a","token_type":["Bearer"]})",
                           R"({"token_type":"Bearer"})", R"({"token_type":"Bearer","access_token":null})",
                           // RFC 6749 5.1: a document that says the same thing twice says nothing
                           R"({"access_token":"cak_a","token_type":"Bearer","access_token":"cak_b"})"}) {
    const auto found = failure(200, body);
    CHECK_MESSAGE((found == Failure{ErrorKind::service, 200}), body);
    CHECK_MESSAGE(found.text().find("cak_") == std::string::npos, body);
    said.add(body, found.text());
  }
  said.check();
}

TEST_CASE("RFC 6749 appendix A.12: a token is visible ASCII, or it could end a header early") {
  const auto malformed = [](const std::string& body, const char* name) {
    const auto found = failure(200, body);
    return found == Failure{ErrorKind::service, 200} && found.message.ends_with(std::string{" "} + name);
  };
  for (const char* token : {R"("")", R"("cak a")", R"("cak\r\nX-Injected: y")", R"("cak\u0000")",
                            R"("cak\u007f")", R"("käse")", "7", "true", "{}", R"(["cak_a"])"})
    CHECK_MESSAGE(
        malformed(R"({"token_type":"Bearer","access_token":)" + std::string{token} + "}", "access_token"),
        token);
  CHECK(malformed(response_with(R"(,"refresh_token":"crt\n")"), "refresh_token"));
  CHECK(malformed(response_with(R"(,"id_token":17)"), "id_token"));
  CHECK(tokens(R"({"token_type":"Bearer","access_token":")" + std::string(16384, 'a') + "\"}")
            .access_token.reveal()
            .size() == 16384);
  CHECK(malformed(R"({"token_type":"Bearer","access_token":")" + std::string(16385, 'a') + "\"}",
                  "access_token"));
}

TEST_CASE("a lifetime is a whole number of seconds that somebody could mean") {
  const auto names = [](const std::string& members, const char* name) {
    const auto found = failure(200, response_with(members));
    return found == Failure{ErrorKind::service, 200} && found.message.ends_with(name);
  };
  for (const char* lifetime :
       {"-1", "1e300", "9223372036854775807", "3600.5", "\"soon\"", "true", "[3600]", "\"\""})
    CHECK_MESSAGE(names(std::string{R"(,"expires_in":)"} + lifetime, " expires_in"), lifetime);
  CHECK(names(R"(,"scope":["openid"])", " scope"));
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
    ErrorKind kind = ErrorKind::service;
  };
  const Row rows[] = {
      {500, R"({"error":"invalid_grant"})"},
      {502, "<html>bad gateway</html>"},
      {307, ""},
      {429, "<html>429 Too Many Requests</html>", ErrorKind::limit},
      {404, "<html>nginx</html>"},
      {422,
       R"({"detail":[{"type":"missing","loc":["body","grant_type"],"input":{"client_secret":"csc_x"}}]})"},
      {400, R"({"error":{"code":"x"}})"},
      {400, R"("invalid_grant")"},
  };
  Sentences said;
  for (const auto& row : rows) {
    const auto found = failure(row.status, row.body);
    CHECK_MESSAGE((found == Failure{row.kind, row.status}), row.body);
    CHECK(found.text().find("csc_x") == std::string::npos);
    said.add(std::to_string(row.status) + " " + row.body, found.text());
  }
  said.check();
}
