// What a person pastes, and what they are told about it.
#include "oauth/failure.hpp"
#include "oauth/redirection/pasted_response.hpp"

using namespace chutes;
using namespace chutes::oauth;

namespace {

const State our_state{"s3cr3t"};
constexpr const char* redirect_uri = "http://127.0.0.1:28417/callback";

// "code X", "error X", "of X" (another issuer), or why the text is not accepted.
std::string reading(std::string_view pasted, bool iss_promised = false) {
  const auto read =
      read_pasted_response(pasted, redirect_uri, our_state, {"https://idp.example.org", iss_promised});
  if (const auto* bad = std::get_if<BadPaste>(&read))
    return "refused: " + bad->reason;
  const auto& response = std::get<AuthorizationResponse>(read);
  if (const auto* code = std::get_if<AuthorizationCode>(&response))
    return "code " + code->code.reveal();
  if (const auto* foreign = std::get_if<ForeignResponse>(&response))
    return "of " + foreign->issuer;
  return "error " + std::get<AuthorizationError>(response).error;
}

// All of these are refused, for the reasons in the golden file.
void check_refused(std::initializer_list<const char*> pasted, bool iss_promised = false) {
  Sentences said;
  for (const char* text : pasted) {
    const auto found = reading(text, iss_promised);
    CHECK_MESSAGE(found.starts_with("refused: "), text);
    said.add(text, found);
  }
  said.check();
}

} // namespace

TEST_CASE("security 38: the whole address the browser ended on is accepted, with what is put around it") {
  CHECK(reading("http://127.0.0.1:28417/callback?code=abc&state=s3cr3t") == "code abc");
  CHECK(reading("  <http://127.0.0.1:28417/callback?code=a%2Bb&state=s3cr3t>\n") == "code a+b");
  CHECK(reading("\"http://127.0.0.1:28417/callback?state=s3cr3t&code=abc#\"") == "code abc");
  CHECK(reading("code=abc&state=s3cr3t") == "code abc");
  CHECK(reading("?code=abc&state=s3cr3t") == "code abc");
  CHECK(reading("http://127.0.0.1:28417/callback?error=access_denied&state=s3cr3t") == "error access_denied");
}

TEST_CASE("an address whose scheme the browser did not copy is the same address: a table") {
  CHECK(reading("127.0.0.1:28417/callback?code=abc&state=s3cr3t") == "code abc");
  CHECK(reading(" <127.0.0.1:28417/callback?state=s3cr3t&code=a%2Fb?c#x> ") == "code a/b?c");
  CHECK(reading("HTTP://127.0.0.1:28417/callback?code=abc&state=s3cr3t") == "code abc");
  CHECK(reading("code=a/b?c&state=s3cr3t") == "code a/b?c"); // a query still
  check_refused({"127.0.0.1:28417/callback", "127.0.0.1:28418/callback?code=abc&state=s3cr3t",
                 "127.0.0.1:28417/start/AAECAwQFBgcICQoLDA0ODw",
                 "evil.example/callback?code=abc&state=s3cr3t"});
}

TEST_CASE("the marks of a bracketed paste are no part of the address") {
  CHECK(reading("\x1b[200~http://127.0.0.1:28417/callback?code=abc&state=s3cr3t\x1b[201~") == "code abc");
  CHECK(reading("\x1b[200~ 127.0.0.1:28417/callback?code=abc&state=s3cr3t") == "code abc");
  CHECK(reading("\x1b[200~code=abc&state=s3cr3t\x1b[201~ ") == "code abc");
  CHECK(reading("\x1b[201~").starts_with("refused: "));
}

TEST_CASE("security 38: the state is required, and a bare code is explained") {
  check_refused({"abcdef", "code=abc", "http://127.0.0.1:28417/callback?code=abc",
                 "http://127.0.0.1:28417/callback?code=abc&state=s3cr3t&state=s3cr3t"});
}

TEST_CASE("the answer to another sign-in is told from one that was cut off") {
  check_refused({"http://127.0.0.1:28417/callback?code=abc&state=S3CR3T",
                 "http://127.0.0.1:28417/callback?error=access_denied&state=s3cr3t2",
                 "http://127.0.0.1:28417/callback?code=abc&state=s3cr3", "code=abc&state="});
}

TEST_CASE("an error whose state is missing is not believed") {
  check_refused({"http://127.0.0.1:28417/callback?error=access_denied"});
}

TEST_CASE("a paste of something else is told from a paste that was cut off") {
  check_refused({"https://api.chutes.ai/idp/authorize?client_id=x&code_challenge=y&state=s3cr3t",
                 "http://127.0.0.1:28417/start/AAECAwQFBgcICQoLDA0ODw",
                 "http://127.0.0.1:28418/callback?code=abc&state=s3cr3t",
                 "http://localhost:28417/callback?code=abc&state=s3cr3t",
                 "https://127.0.0.1:28417/callback?code=abc&state=s3cr3t", "http://127.0.0.1:28417/done",
                 "http://127.0.0.1:28417/callback", "http://127.0.0.1:28417/callback?state=s3cr3t",
                 "code=abc&state=s3cr3t%2", "http://user@host/ http://other", "", " \"\""});
}

TEST_CASE("a paste obeys the rules of a redirect: no parameter twice, iss as promised") {
  check_refused({"code=abc&code=abc&state=s3cr3t"});
  CHECK(reading("code=abc&state=s3cr3t&iss=https%3A%2F%2Fevil.example") == "of https://evil.example");
  CHECK(reading("code=abc&state=s3cr3t", true) == "of ");
  CHECK(reading("code=abc&state=s3cr3t&iss=https%3A%2F%2Fidp.example.org", true) == "code abc");
}

TEST_CASE("a paste has a limit, and what is wrong with it is said without repeating it") {
  CHECK(reading(std::string(8192, 'a')) != reading(std::string(8193, 'a')));
  check_golden(reading(std::string(8193, 'a')));
  for (const char* pasted :
       {"code=SECRET&state=other", "http://127.0.0.1:28417/callback?code=SECRET", "SECRET"})
    CHECK(reading(pasted).find("SECRET") == std::string::npos);
}
