// What a redirect brings back, and when it is believed.
#include "oauth/redirection/authorization_response.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::oauth;

namespace {

const State our_state{"s3cr3t+/="};
const IssuerPolicy silent_issuer{"https://idp.example.org", false};
const IssuerPolicy promising_issuer{"https://idp.example.org", true};

// One word for what a query means: "code X", "error X (Y)", "of X" or "not ours".
std::string judged(std::string_view query, const IssuerPolicy& issuer = silent_issuer) {
  const auto verdict = validate_response(query, our_state, issuer);
  if (std::holds_alternative<NotOurs>(verdict))
    return "not ours";
  const auto& response = std::get<AuthorizationResponse>(verdict);
  if (const auto* code = std::get_if<AuthorizationCode>(&response))
    return "code " + code->code.reveal();
  if (const auto* foreign = std::get_if<ForeignResponse>(&response))
    return "of " + foreign->issuer;
  const auto& error = std::get<AuthorizationError>(response);
  return "error " + error.error + " (" + error.description + ")";
}

} // namespace

TEST_CASE("an authorization response is a code or an error with our state, form-encoded") {
  CHECK(judged("code=abc&state=s3cr3t%2B%2F%3D") == "code abc");
  CHECK(judged("state=s3cr3t%2b%2f%3d&code=a+b%26c") == "code a b&c");
  CHECK(judged("error=access_denied&error_description=User+denied+the+request&state=s3cr3t%2B%2F%3D") ==
        "error access_denied (User denied the request)");
  CHECK(judged("error=server_error&state=s3cr3t%2B%2F%3D") == "error server_error ()");
  CHECK(judged("code=abc&session_state=x&state=s3cr3t%2B%2F%3D&unknown=1") == "code abc");
}

TEST_CASE("a redirect that is not certainly the answer to our request is nobody's answer") {
  for (const char* query : {"",
                            "code=abc",
                            "code=abc&state=",
                            "code=abc&state=other",
                            "code=abc&state=s3cr3t",
                            "code=abc&state=s3cr3t%2B%2F%3D%3D",
                            "code=abc&state=S3CR3T%2B%2F%3D",
                            "code=abc&state=s3cr3t+%2F%3D",                         // '+' is a space here
                            "code=abc&state=s3cr3t%2B%2F%3D&state=s3cr3t%2B%2F%3D", // our own state twice
                            "code=abc&state=other&state=s3cr3t%2B%2F%3D",
                            "code=abc&code=abc&state=s3cr3t%2B%2F%3D",
                            "code=abc&error=access_denied&state=s3cr3t%2B%2F%3D",
                            "state=s3cr3t%2B%2F%3D",
                            "code=&state=s3cr3t%2B%2F%3D",
                            "error=&state=s3cr3t%2B%2F%3D",
                            "error=access_denied",
                            "error=access_denied&state=wrong",
                            "error=a&error=b&state=s3cr3t%2B%2F%3D",
                            "code=abc&x=1&x=2&state=s3cr3t%2B%2F%3D",
                            "code=%zz&state=s3cr3t%2B%2F%3D",
                            "Code=abc&State=s3cr3t%2B%2F%3D",
                            "code=abc&state=s3cr3t%2B%2F%3D%00"})
    CHECK_MESSAGE(judged(query) == "not ours", query);
}

TEST_CASE("RFC 9207: an issuer, if named, is ours, and is named if that was promised") {
  const std::string ours = "code=abc&state=s3cr3t%2B%2F%3D";
  const std::string iss = "&iss=https%3A%2F%2Fidp.example.org";

  CHECK(judged(ours, silent_issuer) == "code abc");
  CHECK(judged(ours + iss, silent_issuer) == "code abc");
  CHECK(judged(ours + iss, promising_issuer) == "code abc");
  CHECK(judged(ours, promising_issuer) == "of ");
  CHECK(judged(ours + iss + "%2F", silent_issuer) == "of https://idp.example.org/");
  CHECK(judged(ours + "&iss=", silent_issuer) == "of ");
  CHECK(judged(ours + "&iss=https%3A%2F%2Fevil.example.net", silent_issuer) == "of https://evil.example.net");
  CHECK(judged(ours + "&iss=evil%1b%5b2J%0ahint", silent_issuer) == "of evil hint");
  CHECK(judged("error=access_denied&state=s3cr3t%2B%2F%3D", promising_issuer) == "of ");
}

TEST_CASE("RFC 9207: nobody without our state can end the sign-in by naming another issuer") {
  const std::string evil = "&iss=https%3A%2F%2Fevil.example.net";
  for (const std::string& query :
       {"code=abc" + evil, "code=abc&state=guess" + evil, "code=abc&state=s3cr3t%2B%2F%3D" + evil + evil})
    CHECK_MESSAGE(judged(query, promising_issuer) == "not ours", query);
}

TEST_CASE("an error's text comes out as one short clean line") {
  CHECK(judged("error=a%0d%0ab%1b%5b31m&error_description=%1b%5d0%3btitle%07x%0ay&state=s3cr3t%2B%2F%3D")
            .find_first_of("\r\n\x1b\x07") == std::string::npos);
  const auto verdict =
      validate_response("error=" + std::string(5000, 'e') + "&error_description=" + std::string(5000, 'd') +
                            "&state=s3cr3t%2B%2F%3D",
                        our_state, silent_issuer);
  const auto& error = std::get<AuthorizationError>(std::get<AuthorizationResponse>(verdict));
  CHECK(error.error.size() <= 100);
  CHECK(error.description.size() <= 300);
}

TEST_CASE("why a redirect is not ours is said without any of its content") {
  const auto verdict = validate_response("code=SECRETCODE&state=SECRETSTATE", our_state, silent_issuer);
  CHECK(std::get<NotOurs>(verdict).reason == "state");
}
