#include "golden.hpp"
#include "service/service_error.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using service::error_detail;
using service::service_error;

namespace {

Error refusal(int status, std::string body, std::string_view scope = "") {
  return service_error({status, {{"x-chutes-invocationid", "inv-1"}}, std::move(body)}, "show the balance",
                       scope);
}

} // namespace

TEST_CASE("the reason is found in every shape the service gives it in") {
  CHECK(error_detail(R"({"detail":"model not found: X"})") == "model not found: X");
  CHECK(error_detail(
            R"({"detail":{"message":"Quota exceeded","quota_reset_timestamp":"2026-11-24T00:00:00Z"}})") ==
        "Quota exceeded");
  CHECK(error_detail(R"({"detail":{"error":{"message":"context too long","code":400}}})") ==
        "context too long");
  CHECK(error_detail(R"({"detail":{"error":"context too long"}})") == "context too long");
  CHECK(error_detail(R"({"error":"invalid_client"})") == "invalid_client");
  CHECK(error_detail(R"({"error":"invalid_request","error_description":"Missing required parameters"})") ==
        "invalid_request: Missing required parameters");
  CHECK(error_detail(R"({"error":{"message":"engine died","type":"x"}})") == "engine died");
  CHECK(error_detail(R"({"object":"error","message":"bad request","code":400})") == "bad request");
  CHECK(error_detail("Internal Server Error") == "Internal Server Error");
}

TEST_CASE("a validation error is reported field by field, and submitted input is never repeated") {
  CHECK(error_detail(R"({"detail":[
      {"type":"missing","loc":["body","name"],"msg":"Field required","input":{"client_secret":"csc_hidden"}},
      {"type":"json_invalid","loc":["body",7],"msg":"JSON decode error","input":{}},
      {"msg":"Value error, no place"}, {"loc":["body"]}, "csc_hidden"]})") ==
        "body.name: Field required; body.7: JSON decode error; Value error, no place");
}

TEST_CASE("what explains nothing to a person is left out") {
  CHECK(error_detail("<html><body>429 Too Many Requests</body></html>").empty());
  CHECK(error_detail(std::string(201, 'x')).empty());
  CHECK(error_detail("").empty());
  for (const char* body :
       {"{}", "[]", "null", "7", R"({"detail":null})", R"({"detail":7})", R"({"detail":{}})"})
    CHECK_MESSAGE(error_detail(body).empty(), body);
}

TEST_CASE("a reason is one harmless line of bounded length") {
  CHECK(error_detail("{\"detail\":\"a\\nb\\u001b[31mc\\u202e\"}") == "a bc");
  CHECK(error_detail("{\"detail\":\"" + std::string(1000, 'x') + "\"}").size() == 300);
}

TEST_CASE("the status decides the kind") {
  const std::pair<int, ErrorKind> kinds[] = {
      {400, ErrorKind::service},   {401, ErrorKind::sign_in_needed}, {402, ErrorKind::limit},
      {403, ErrorKind::forbidden}, {404, ErrorKind::service},        {422, ErrorKind::service},
      {426, ErrorKind::service},   {429, ErrorKind::limit},          {500, ErrorKind::service},
      {503, ErrorKind::service},   {302, ErrorKind::service}};
  std::string all;
  for (const auto& [status, kind] : kinds) {
    const auto error = refusal(status, R"({"detail":"why"})");
    CHECK(error.kind() == kind);
    CHECK(error.status() == status);
    CHECK(error.request_id() == "inv-1");
    CHECK(std::string{error.what()}.ends_with(" show the balance: why"));
    CHECK((std::string{error.what()}.find("refused") == std::string::npos) == (status >= 500));
    all += std::to_string(status) + ": " + error.what() + "\n" + error.hint() + "\n";
  }
  check_golden(all);
}

TEST_CASE("only the statuses that a caller can act on have a hint") {
  const auto hint = [](int status) { return refusal(status, "{}").hint(); };
  for (const int status : {302, 400, 401, 422, 426, 499})
    CHECK_MESSAGE(hint(status).empty(), status);
  for (const int status : {402, 403, 404, 429, 500, 502, 503, 599})
    CHECK_MESSAGE(!hint(status).empty(), status);
  CHECK(hint(404) != hint(500));
  CHECK(hint(429) != hint(500));
}

TEST_CASE("without a reason the message gives the status") {
  CHECK(std::string{refusal(429, "<html></html>").what()}.ends_with(": status 429"));
}

TEST_CASE(
    "an invocation that matches no chute or no cord may have gone to a wrong address, and the hint says so") {
  const auto row = [](int status, const std::string& body, bool unmatched) {
    CAPTURE(body);
    CHECK(service::is_unmatched_invocation({status, {}, body}) == unmatched);
    const auto hint = refusal(status, body, "chutes:invoke").hint();
    CHECK((hint.find("CHUTES_LLM_URL") != std::string::npos) == unmatched);
  };
  row(404, R"({"detail":"No matching chute found!"})", true);
  row(404, R"({"detail":"No matching cord found!"})", true);
  row(404, R"({"detail":"model not found: X"})", false);
  row(404, "<p>404</p>", false);
  row(500, R"({"detail":"No matching cord found!"})", false);
}

TEST_CASE("an answer of the service to an address that it does not serve is neither a refused credential nor "
          "an absent thing") {
  const std::string unauthenticated = R"({"detail":"Authentication required."})";
  const std::string no_chute = R"({"detail":"No matching chute found!"})";
  for (const auto& [status, body] : {std::pair{401, unauthenticated}, std::pair{404, no_chute}}) {
    const auto error = refusal(status, body, "profile");
    CHECK(error.kind() == ErrorKind::service);
    CHECK(error.status() == status);
    CHECK(error.hint() == service::address_hint);
    check_golden(error.what());
  }
  CHECK(refusal(401, unauthenticated, "chutes:invoke").kind() == ErrorKind::sign_in_needed);
  CHECK(refusal(404, no_chute, "chutes:invoke").hint().find("CHUTES_LLM_URL") != std::string::npos);
  CHECK(refusal(401, R"({"detail":"Invalid token."})").kind() == ErrorKind::sign_in_needed);
  CHECK(refusal(403, unauthenticated).kind() == ErrorKind::forbidden);
}

TEST_CASE("a refusal for a missing scope names it; another one does not") {
  const auto missing =
      refusal(403, R"({"detail":"Token does not have permission for this resource"})", "chutes:invoke");
  CHECK(service::missing_scope(missing) == "chutes:invoke");
  const auto other =
      refusal(403, R"({"detail":"This action can only be performed by billing admin accounts."})", "profile");
  CHECK_FALSE(service::missing_scope(other));
  check_golden(missing.hint() + "\n" + other.hint());
}

TEST_CASE("a payment refusal says when the quota resets, if the service does") {
  const auto known = refusal(402, R"({"detail":{"message":"Quota exceeded",)"
                                  R"("quota_reset_timestamp":"2026-11-24T00:00:00+00:00"}})")
                         .hint();
  const auto unknown = refusal(402, R"({"detail":"Subscription usage cap exceeded."})").hint();
  CHECK(known.find("at 2026-11-24T00:00:00Z") != std::string::npos);
  CHECK(known.find("chutes-login balance") != std::string::npos);
  CHECK(unknown.find("2026") == std::string::npos);
  check_golden(known + "\n" + unknown);
}

TEST_CASE("the hint says when to try again if the service asks for a sensible delay") {
  const auto hint = [](int status, HttpHeaders headers) {
    return std::string{service_error({status, std::move(headers), ""}, "show the balance").hint()};
  };
  const std::pair<std::string, std::string> date{"Date", "Thu, 20 Nov 2025 08:00:00 GMT"};
  CHECK(hint(429, {{"Retry-After", "90"}}) == "try again in 1 minute");
  CHECK(hint(429, {{"Retry-After", "89.5"}}) == "try again in 1 minute");
  for (const char* ten :
       {"Thu, 20 Nov 2025 10:00:00 GMT", "Thursday, 20-Nov-25 10:00:00 GMT", "Thu Nov 20 10:00:00 2025"})
    CHECK(hint(503, {{"Retry-After", ten}, date}) == "try again in 2 hours");
  const auto otherwise_429 = hint(429, {});
  const auto otherwise_503 = hint(503, {});
  for (const char* strange :
       {"", "0", "-5", "soon", "99999999999999999999", "4000000000", "Thu, 20 Nov 2025 07:00:00 GMT"}) {
    CHECK(hint(429, {{"Retry-After", strange}, date}) == otherwise_429);
    CHECK(hint(503, {{"Retry-After", strange}, date}) == otherwise_503);
  }
  CHECK(hint(429, {{"Retry-After", "Thu, 20 Nov 2025 10:00:00 GMT"}}) == otherwise_429);
}
