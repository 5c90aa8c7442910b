// OpenID Connect Core 3.1.3.7: what an ID token must say before it is believed, a test a claim.
#include "fakes/http_client.hpp"
#include "oauth/failure.hpp"
#include "oauth/id_token/id_token.hpp"
#include "oauth/id_token/signer.hpp"

#include <map>
#include <vector>

using namespace chutes;
using namespace chutes::oauth;

namespace {

constexpr const char* jwks_url = "https://idp.example.org/jwks";
constexpr std::int64_t now = 1800000000;

using Claims = std::map<std::string, std::string>; // member: its JSON text; empty: left out

std::string claims(const Claims& instead = {}) {
  Claims all{{"iss", R"("https://idp.example.org")"},
             {"aud", R"("my-cli")"},
             {"sub", R"("u-1")"},
             {"nonce", R"("our-nonce")"},
             {"iat", "1800000000"},
             {"exp", "1800003600"},
             {"preferred_username", R"("ada")"}};
  for (const auto& [name, value] : instead)
    all[name] = value;
  std::string text;
  for (const auto& [name, value] : all)
    if (!value.empty())
      text += (text.empty() ? "{\"" : ",\"") + name + "\":" + value;
  return text + "}";
}

ExpectedIdToken expected() {
  return {"https://idp.example.org", "my-cli", "our-nonce", Secret{"the-access-token"},
          Instant{std::chrono::seconds{now}}};
}

const Signer& signer(const std::string& algorithm = "ES256") {
  static const std::map<std::string, Signer> signers{{"RS256", Signer{"RS256"}},
                                                     {"PS256", Signer{"PS256"}},
                                                     {"ES256", Signer{"ES256"}},
                                                     {"EdDSA", Signer{"EdDSA"}}};
  return signers.at(algorithm);
}

UserInfo verified(const std::string& token, const ExpectedIdToken& wanted = expected(),
                  const std::string& key_set = signer().key_set()) {
  fakes::ScriptedHttp http;
  http.expect("GET", jwks_url, 200, key_set);
  SigningKeys keys{*Url::parse(jwks_url), http};
  return verify_id_token(Secret{token}, wanted, keys);
}

// The sentence that a token with these claims is refused with; no_error for a good one.
std::string refusal(const Claims& instead, const ExpectedIdToken& wanted = expected()) {
  const auto failure =
      failure_of([&] { static_cast<void>(verified(signer().token(claims(instead)), wanted)); });
  CHECK(failure.kind == (failure.message == no_error ? ErrorKind::internal : ErrorKind::not_authorized));
  return failure.text();
}

// All of these claims are refused, with the sentences in the golden file.
void check_refused(const std::vector<Claims>& rows, const ExpectedIdToken& wanted = expected()) {
  Sentences said;
  for (const auto& row : rows) {
    std::string name;
    for (const auto& [claim, value] : row)
      name += (name.empty() ? "" : ", ") + claim + ": " + (value.empty() ? "(absent)" : value);
    said.add(name.empty() ? "(all good)" : name, refusal(row, wanted));
  }
  said.check();
}

} // namespace

TEST_CASE("a good ID token says who has signed in, whichever algorithm signed it") {
  for (const char* algorithm : {"RS256", "PS256", "ES256", "EdDSA"}) {
    const auto who = verified(signer(algorithm).token(claims()), expected(), signer(algorithm).key_set());
    CHECK(who.sub == "u-1");
    CHECK(who.username == "ada");
  }
}

TEST_CASE("an ID token that somebody else has signed is refused, whatever it says") {
  const auto token = signer().token(claims());
  const auto payload = token.find('.') + 1;
  Sentences said;
  const auto check = [&](const std::string& row, const std::string& forged) {
    const auto failure = failure_of([&] { static_cast<void>(verified(forged)); });
    CHECK_MESSAGE(failure == Failure{ErrorKind::not_authorized}, row);
    said.add(row, failure.text());
  };
  check("another key", Signer{"ES256"}.token(claims()));
  check("another subject", token.substr(0, payload) + base64url_encode(claims({{"sub", R"("u-2")"}})) +
                               token.substr(token.rfind('.')));
  check("none", signer().token_with(R"({"alg":"none"})", claims()));
  check("HS256", signer().token_with(R"({"alg":"HS256","kid":"key-1"})", claims()));
  said.check();
}

TEST_CASE("iss: the issuer, letter by letter") {
  check_refused({{{"iss", R"("https://idp.example.org/")"}},
                 {{"iss", R"("https://IDP.example.org")"}},
                 {{"iss", R"("https://evil.example.net")"}},
                 {{"iss", "1"}},
                 {{"iss", R"(["https://idp.example.org"])"}},
                 {{"iss", ""}}});
}

TEST_CASE("aud: our client is among those it is for") {
  check_refused({{{"aud", R"("another")"}},
                 {{"aud", R"("my-cli2")"}},
                 {{"aud", R"(["another"])"}},
                 {{"aud", "[]"}},
                 {{"aud", "{}"}},
                 {{"aud", "1"}},
                 {{"aud", ""}}});
  CHECK(refusal({{"aud", R"(["my-cli"])"}}) == no_error);
}

TEST_CASE("azp: where it is for several, or says whom it was issued to, that is our client") {
  const std::string shared = R"(["another","my-cli"])";
  check_refused({{{"aud", shared}},
                 {{"aud", shared}, {"azp", R"("another")"}},
                 {{"azp", R"("another")"}},
                 {{"azp", "null"}}});
  CHECK(refusal({{"aud", shared}, {"azp", R"("my-cli")"}}) == no_error);
  CHECK(refusal({{"azp", R"("my-cli")"}}) == no_error);
}

TEST_CASE("exp, iat, nbf: good now, give or take a minute") {
  for (const auto& good :
       {Claims{{"exp", "1799999941"}}, Claims{{"iat", "1800000060"}}, Claims{{"iat", "1000"}},
        Claims{{"nbf", "1800000060"}}, Claims{{"exp", "1800000100.5"}}})
    CHECK_MESSAGE(refusal(good) == no_error, good.begin()->first, " ", good.begin()->second);
  std::vector<Claims> bad{{{"exp", "1799999940"}}, {{"exp", "1000"}}, {{"iat", "1800000061"}},
                          {{"nbf", "1800000061"}}, {{"exp", ""}},     {{"iat", ""}}};
  for (const char* name : {"exp", "iat", "nbf"})
    for (const char* value : {R"("1800003600")", "null", "-1", "1e300", "[]", "true"}) {
      bad.push_back({{name, value}});
      CHECK_MESSAGE(refusal(bad.back()).find(name) != std::string::npos, name, " ", value);
    }
  check_refused(bad);
}

TEST_CASE("nonce: of this very sign-in, where one was sent; none, where none was") {
  check_refused(
      {{{"nonce", R"("another")"}}, {{"nonce", R"("our-nonce ")"}}, {{"nonce", ""}}, {{"nonce", "1"}}});
  auto unasked = expected();
  unasked.nonce.reset();
  check_refused({{}}, unasked);
  CHECK(refusal({{"nonce", ""}}, unasked) == no_error);
}

TEST_CASE("at_hash: of the access token that came with it, where it is there") {
  // The left halves of the SHA-256 and the SHA-512 of "the-access-token".
  const std::string sha256 = R"("uby9Z8Gb_H_x4fPjwNzguw")";
  const std::string sha512 = R"("B7p8o12G5vm-9CEZGSanwzMw-leqyauPjU1ebdjBHYw")";
  CHECK(refusal({{"at_hash", sha256}}) == no_error);
  check_refused({{{"at_hash", R"("AAAAAAAAAAAAAAAAAAAAAA")"}}, {{"at_hash", "1"}}, {{"at_hash", sha512}}});
  const auto& ed25519 = signer("EdDSA");
  CHECK(verified(ed25519.token(claims({{"at_hash", sha512}})), expected(), ed25519.key_set()).sub == "u-1");
}

TEST_CASE("sub: somebody") {
  check_refused(
      {{{"sub", ""}}, {{"sub", R"("")"}}, {{"sub", "1"}}, {{"sub", '"' + std::string(256, 'a') + '"'}}});
  CHECK(refusal({{"sub", '"' + std::string(255, 'a') + '"'}}) == no_error);
}

TEST_CASE("a payload that is no JSON object holds no claims") {
  Sentences said;
  for (const char* payload : {"", "[]", "null", R"({"sub":"u-1","sub":"u-2"})"}) {
    const auto failure = failure_of([&] { static_cast<void>(verified(signer().token(payload))); });
    CHECK_MESSAGE(failure == Failure{ErrorKind::not_authorized}, payload);
    said.add(payload, failure.text());
  }
  said.check();
}

TEST_CASE("a key that is not in the set is looked for once more, and no second time") {
  const Signer fresh{"ES256", "fresh"};
  fakes::ScriptedHttp http;
  http.expect("GET", jwks_url, 200, signer().key_set());
  SigningKeys keys{*Url::parse(jwks_url), http};
  CHECK(verify_id_token(Secret{signer().token(claims())}, expected(), keys).sub == "u-1");

  http.expect("GET", jwks_url, 200, fresh.key_set());
  CHECK(verify_id_token(Secret{fresh.token(claims())}, expected(), keys).sub == "u-1");
  const auto failure = failure_of(
      [&] { static_cast<void>(verify_id_token(Secret{signer().token(claims())}, expected(), keys)); });
  CHECK(failure == Failure{ErrorKind::not_authorized});
  check_golden(failure.text());
}

TEST_CASE("a bad signature of a known key fetches nothing") {
  fakes::ScriptedHttp http;
  http.expect("GET", jwks_url, 200, signer().key_set());
  SigningKeys keys{*Url::parse(jwks_url), http};
  CHECK(failure_of([&] {
          static_cast<void>(verify_id_token(Secret{Signer{"ES256"}.token(claims())}, expected(), keys));
        }) == Failure{ErrorKind::not_authorized});
}

TEST_CASE("a server that does not give its keys is out of order, known before anybody signs in") {
  const auto fetched = [](int status, const std::string& body) {
    fakes::ScriptedHttp http;
    http.expect("GET", jwks_url, status, body).look = [](const HttpRequest& request) {
      CHECK(request.body_limit == 256U << 10U);
    };
    return failure_of([&] { SigningKeys{*Url::parse(jwks_url), http}; });
  };
  CHECK(fetched(200, "<html>") == Failure{ErrorKind::service, 200});
  CHECK(fetched(503, signer().key_set()) == Failure{ErrorKind::service, 503});
  check_golden(fetched(503, "").text());
}

TEST_CASE(
    "OIDC Core 12.2: after a refresh it is the same server's, for the same client, about the same subject") {
  const auto refused = [](const Claims& instead) {
    const Secret token{signer().token(claims(instead))};
    const auto failure =
        failure_of([&] { require_same_subject(token, "https://idp.example.org", "my-cli", "u-1"); });
    CHECK(failure.kind == (failure.message == no_error ? ErrorKind::internal : ErrorKind::not_authorized));
    return failure.text();
  };
  CHECK(refused({}) == no_error);
  CHECK(refused({{"nonce", ""}, {"exp", "1000"}}) == no_error);
  Sentences said;
  said.add("another subject", refused({{"sub", R"("u-2")"}}));
  said.add("no subject", refused({{"sub", ""}}));
  said.add("another issuer", refused({{"iss", R"("https://evil.example.net")"}}));
  said.add("another client", refused({{"aud", R"("another")"}}));
  said.add("opaque", failure_of([] { require_same_subject(Secret{"opaque"}, "i", "c", "s"); }).text());
  said.check();
}
