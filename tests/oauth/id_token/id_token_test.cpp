// OpenID Connect Core 3.1.3.7: what an ID token must say before it is believed, a test a claim.
#include "fakes/http_client.hpp"
#include "oauth/failure.hpp"
#include "oauth/id_token/id_token.hpp"
#include "oauth/id_token/signer.hpp"

#include <map>

using namespace chutes;
using namespace chutes::oauth;

namespace {

constexpr const char* jwks_url = "https://idp.example.org/jwks";
constexpr std::int64_t now = 1800000000;
const std::string sentence = "the server's ID token cannot be trusted: it ";

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

// The end of the sentence that a token with these claims is refused with; "(no error)" for a good one.
std::string refusal(const Claims& instead, const ExpectedIdToken& wanted = expected()) {
  const auto failure =
      failure_of([&] { static_cast<void>(verified(signer().token(claims(instead)), wanted)); });
  if (!failure.message.starts_with(sentence))
    return failure.message;
  CHECK(failure.kind == ErrorKind::not_authorized);
  return failure.message.substr(sentence.size());
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
  const auto refused = [](const std::string& token) {
    return failure_of([&] { static_cast<void>(verified(token)); }).message;
  };
  CHECK(refused(Signer{"ES256"}.token(claims())) == sentence + "was not signed by the server");
  const auto token = signer().token(claims());
  const auto payload = token.find('.') + 1;
  CHECK(refused(token.substr(0, payload) + base64url_encode(claims({{"sub", R"("u-2")"}})) +
                token.substr(token.rfind('.'))) == sentence + "was not signed by the server");
  CHECK(refused(signer().token_with(R"({"alg":"none"})", claims())) ==
        sentence + "is signed with the algorithm 'none', which is not accepted");
  CHECK(refused(signer().token_with(R"({"alg":"HS256","kid":"key-1"})", claims())) ==
        sentence + "is signed with the algorithm 'HS256', which is not accepted");
}

TEST_CASE("iss: the issuer, letter by letter") {
  for (const char* issuer : {R"("https://idp.example.org/")", R"("https://IDP.example.org")",
                             R"("https://evil.example.net")", "1", R"(["https://idp.example.org"])", ""})
    CHECK_MESSAGE(refusal({{"iss", issuer}}) == "is of another issuer", issuer);
}

TEST_CASE("aud: our client is among those it is for") {
  for (const char* audience : {R"("another")", R"("my-cli2")", R"(["another"])", "[]", "{}", "1", ""})
    CHECK_MESSAGE(refusal({{"aud", audience}}) == "is for another client", audience);
  CHECK(refusal({{"aud", R"(["my-cli"])"}}) == "(no error)");
}

TEST_CASE("azp: where it is for several, or says whom it was issued to, that is our client") {
  const std::string shared = R"(["another","my-cli"])";
  CHECK(refusal({{"aud", shared}}) == "was issued to another client");
  CHECK(refusal({{"aud", shared}, {"azp", R"("another")"}}) == "was issued to another client");
  CHECK(refusal({{"aud", shared}, {"azp", R"("my-cli")"}}) == "(no error)");
  CHECK(refusal({{"azp", R"("another")"}}) == "was issued to another client");
  CHECK(refusal({{"azp", "null"}}) == "was issued to another client");
  CHECK(refusal({{"azp", R"("my-cli")"}}) == "(no error)");
}

TEST_CASE("exp, iat, nbf: good now, give or take a minute") {
  struct Row {
    Claims claims;
    std::string refusal;
  };
  for (const auto& [given, said] :
       {Row{{{"exp", "1799999941"}}, "(no error)"}, Row{{{"exp", "1799999940"}}, "has expired"},
        Row{{{"exp", "1000"}}, "has expired"}, Row{{{"iat", "1800000060"}}, "(no error)"},
        Row{{{"iat", "1800000061"}}, "was issued in the future"}, Row{{{"iat", "1000"}}, "(no error)"},
        Row{{{"nbf", "1800000060"}}, "(no error)"}, Row{{{"nbf", "1800000061"}}, "is not good yet"},
        Row{{{"exp", "1800000100.5"}}, "(no error)"}})
    CHECK_MESSAGE(refusal(given) == said, given.begin()->first, " ", given.begin()->second);
  for (const char* name : {"exp", "iat"})
    CHECK(refusal({{name, ""}}) == "does not say when it was issued and until when it is good");
  for (const char* name : {"exp", "iat", "nbf"})
    for (const char* value : {R"("1800003600")", "null", "-1", "1e300", "[]", "true"})
      CHECK_MESSAGE(refusal({{name, value}}) == "has a malformed " + std::string{name}, value);
}

TEST_CASE("nonce: of this very sign-in, where one was sent; none, where none was") {
  CHECK(refusal({{"nonce", R"("another")"}}) == "belongs to another sign-in (nonce)");
  CHECK(refusal({{"nonce", R"("our-nonce ")"}}) == "belongs to another sign-in (nonce)");
  CHECK(refusal({{"nonce", ""}}) == "does not say which sign-in it belongs to (nonce)");
  CHECK(refusal({{"nonce", "1"}}) == "does not say which sign-in it belongs to (nonce)");
  auto unasked = expected();
  unasked.nonce.reset();
  CHECK(refusal({}, unasked) == "belongs to another sign-in (nonce)");
  CHECK(refusal({{"nonce", ""}}, unasked) == "(no error)");
}

TEST_CASE("at_hash: of the access token that came with it, where it is there") {
  // The left halves of the SHA-256 and the SHA-512 of "the-access-token".
  const std::string sha256 = R"("uby9Z8Gb_H_x4fPjwNzguw")";
  const std::string sha512 = R"("B7p8o12G5vm-9CEZGSanwzMw-leqyauPjU1ebdjBHYw")";
  CHECK(refusal({{"at_hash", sha256}}) == "(no error)");
  CHECK(refusal({{"at_hash", R"("AAAAAAAAAAAAAAAAAAAAAA")"}}) == "belongs to another access token");
  CHECK(refusal({{"at_hash", "1"}}) == "belongs to another access token");
  CHECK(refusal({{"at_hash", sha512}}) == "belongs to another access token");
  const auto& ed25519 = signer("EdDSA");
  CHECK(verified(ed25519.token(claims({{"at_hash", sha512}})), expected(), ed25519.key_set()).sub == "u-1");
}

TEST_CASE("sub: somebody") {
  for (const auto& subject :
       {std::string{}, std::string{R"("")"}, std::string{"1"}, '"' + std::string(256, 'a') + '"'})
    CHECK_MESSAGE(refusal({{"sub", subject}}) == "does not say who has signed in", subject);
}

TEST_CASE("a payload that is no JSON object holds no claims") {
  for (const char* payload : {"", "[]", "null", R"({"sub":"u-1","sub":"u-2"})"})
    CHECK_MESSAGE(failure_of([&] { static_cast<void>(verified(signer().token(payload))); }).message ==
                      sentence + "holds no claims",
                  payload);
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
  CHECK(failure == Failure{ErrorKind::not_authorized,
                           sentence + "is signed with a key that the server does not publish"});
}

TEST_CASE("a bad signature of a known key fetches nothing") {
  fakes::ScriptedHttp http;
  http.expect("GET", jwks_url, 200, signer().key_set());
  SigningKeys keys{*Url::parse(jwks_url), http};
  CHECK(failure_of([&] {
          static_cast<void>(verify_id_token(Secret{Signer{"ES256"}.token(claims())}, expected(), keys));
        }).message == sentence + "was not signed by the server");
}

TEST_CASE("a server that does not give its keys is out of order, known before anybody signs in") {
  const auto fetched = [](int status, const std::string& body) {
    fakes::ScriptedHttp http;
    http.expect("GET", jwks_url, status, body).look = [](const HttpRequest& request) {
      CHECK(request.body_limit == 256U << 10U);
    };
    return failure_of([&] { SigningKeys{*Url::parse(jwks_url), http}; });
  };
  const std::string no_keys = "idp.example.org did not give the keys that it signs ID tokens with";
  CHECK(fetched(200, "<html>") == Failure{ErrorKind::service, no_keys, 200});
  CHECK(fetched(503, signer().key_set()) == Failure{ErrorKind::service, no_keys, 503});
}

TEST_CASE(
    "OIDC Core 12.2: after a refresh it is the same server's, for the same client, about the same subject") {
  const auto refused = [](const Claims& instead) {
    const Secret token{signer().token(claims(instead))};
    const auto failure =
        failure_of([&] { require_same_subject(token, "https://idp.example.org", "my-cli", "u-1"); });
    return failure.message.starts_with(sentence) ? failure.message.substr(sentence.size()) : failure.message;
  };
  CHECK(refused({}) == "(no error)");
  CHECK(refused({{"nonce", ""}, {"exp", "1000"}}) == "(no error)");
  CHECK(refused({{"sub", R"("u-2")"}}) == "is about another account than the session's");
  CHECK(refused({{"sub", ""}}) == "does not say who has signed in");
  CHECK(refused({{"iss", R"("https://evil.example.net")"}}) == "is of another issuer");
  CHECK(refused({{"aud", R"("another")"}}) == "is for another client");
  CHECK(failure_of([] { require_same_subject(Secret{"opaque"}, "i", "c", "s"); }).message ==
        sentence + "is not a signed token");
}
