// What a person pastes, and what they are told about it.
#include "oauth/redirection/pasted_response.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::oauth;

namespace {

const State our_state{"s3cr3t"};
constexpr const char* redirect_uri = "http://127.0.0.1:28417/callback";

std::string told(std::string_view pasted, bool iss_promised = false) {
  const auto read =
      read_pasted_response(pasted, redirect_uri, our_state, {"https://idp.example.org", iss_promised});
  if (const auto* bad = std::get_if<BadPaste>(&read))
    return bad->reason;
  const auto& response = std::get<AuthorizationResponse>(read);
  if (const auto* code = std::get_if<AuthorizationCode>(&response))
    return "code " + code->code.reveal();
  return "error " + std::get<AuthorizationError>(response).error;
}

} // namespace

TEST_CASE("security 38: the whole address the browser ended on is taken, with what hands put around it") {
  CHECK(told("http://127.0.0.1:28417/callback?code=abc&state=s3cr3t") == "code abc");
  CHECK(told("  <http://127.0.0.1:28417/callback?code=a%2Bb&state=s3cr3t>\n") == "code a+b");
  CHECK(told("\"http://127.0.0.1:28417/callback?state=s3cr3t&code=abc#\"") == "code abc");
  CHECK(told("code=abc&state=s3cr3t") == "code abc");
  CHECK(told("?code=abc&state=s3cr3t") == "code abc");
  CHECK(told("http://127.0.0.1:28417/callback?error=access_denied&state=s3cr3t") == "error access_denied");
}

TEST_CASE("security 38: the state is required, and a bare code is explained") {
  CHECK(told("abcdef") ==
        "that is not the whole address; the code alone does not prove that it answers this sign-in");
  const std::string no_state =
      "the address has no state, or has it twice; paste all of it, as the browser shows it";
  CHECK(told("code=abc") == no_state);
  CHECK(told("http://127.0.0.1:28417/callback?code=abc") == no_state);
  CHECK(told("http://127.0.0.1:28417/callback?code=abc&state=s3cr3t&state=s3cr3t") == no_state);
}

TEST_CASE("the answer to another sign-in is told from one that was cut off") {
  const std::string other =
      "the address belongs to another sign-in; paste the one that this sign-in ended on";
  CHECK(told("http://127.0.0.1:28417/callback?code=abc&state=S3CR3T") == other);
  CHECK(told("http://127.0.0.1:28417/callback?error=access_denied&state=s3cr3t2") == other);
  const std::string cut_off =
      "the address was cut off in its state; paste all of it, as the browser shows it";
  CHECK(told("http://127.0.0.1:28417/callback?code=abc&state=s3cr3") == cut_off);
  CHECK(told("code=abc&state=") == cut_off);
}

TEST_CASE("an error whose state is missing is not believed, and the person told so") {
  CHECK(told("http://127.0.0.1:28417/callback?error=access_denied") ==
        "the address tells of an error, but not that it is this sign-in's: its state is missing");
}

TEST_CASE("a paste of something else is told from a paste that was cut off") {
  CHECK(told("https://api.chutes.ai/idp/authorize?client_id=x&code_challenge=y&state=s3cr3t") ==
        "that is the address to open; wanted is the one the browser ends on after Allow");
  CHECK(told("http://127.0.0.1:28417/start/AAECAwQFBgcICQoLDA0ODw") ==
        "that is the address to open; wanted is the one the browser ends on after Allow");
  const std::string elsewhere =
      "that is not where this sign-in ends; the address begins with http://127.0.0.1:28417/callback";
  CHECK(told("http://127.0.0.1:28418/callback?code=abc&state=s3cr3t") == elsewhere);
  CHECK(told("http://localhost:28417/callback?code=abc&state=s3cr3t") == elsewhere);
  CHECK(told("https://127.0.0.1:28417/callback?code=abc&state=s3cr3t") == elsewhere);
  CHECK(told("http://127.0.0.1:28417/done") == elsewhere);
  CHECK(told("http://127.0.0.1:28417/callback") ==
        "the address has nothing behind http://127.0.0.1:28417/callback: it was cut off");
  CHECK(told("http://127.0.0.1:28417/callback?state=s3cr3t") ==
        "the address has no code; paste all of it, as the browser shows it");
  CHECK(told("code=abc&state=s3cr3t%2") ==
        "the address is damaged: it was cut off in the middle of a character");
  CHECK(told("http://user@host/ http://other") ==
        "that is no address: it may have been cut off, or two were pasted");
  CHECK(told("") == "nothing was pasted");
  CHECK(told(" \"\" ") == "nothing was pasted");
}

TEST_CASE("a paste obeys the rules of a redirect: no parameter twice, iss as promised") {
  const std::string strange =
      "the address is not one the service makes: a part is there twice, or names another issuer";
  CHECK(told("code=abc&code=abc&state=s3cr3t") == strange);
  CHECK(told("code=abc&state=s3cr3t", true) == strange);
  CHECK(told("code=abc&state=s3cr3t&iss=https%3A%2F%2Fevil.example") == strange);
  CHECK(told("code=abc&state=s3cr3t&iss=https%3A%2F%2Fidp.example.org", true) == "code abc");
}

TEST_CASE("a paste has a limit, and what is wrong with it is said without repeating it") {
  CHECK(told(std::string(8193, 'a')) == "that is too long for an address");
  for (const char* pasted :
       {"code=SECRET&state=other", "http://127.0.0.1:28417/callback?code=SECRET", "SECRET"})
    CHECK(told(pasted).find("SECRET") == std::string::npos);
}
