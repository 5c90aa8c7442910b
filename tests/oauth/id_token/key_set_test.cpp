// Signatures as RFC 7515 and RFC 8037 show them, and the keys that are believed.
#include "oauth/failure.hpp"
#include "oauth/id_token/jws.hpp"
#include "oauth/id_token/key_set.hpp"
#include "oauth/id_token/signer.hpp"

#include <openssl/err.h>

using namespace chutes;
using namespace chutes::oauth;

namespace {

const std::string joe = // {"iss":"joe", …}
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

// RFC 7515, appendix A.2.
const std::string rsa_members =
    R"("kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2m)"
    "JPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
    "bSf63kpaSHSXndS5z5rexMd"
    "bBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-"
    "DWNmoudF8NAco9"
    "_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"";
const std::string rs256_token =
    "eyJhbGciOiJSUzI1NiJ9." + joe +
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
    "O8W2Fp5jujGbds9uJdbF9C"
    "UAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_"
    "eSN9383LcOLn6_"
    "dO--xi12jzDwusC-"
    "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0i"
    "gcN_IoypGlUPQGe77Rw";

// RFC 7515, appendix A.3.
const std::string ec_members =
    R"("kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")";
const std::string es256_token =
    "eyJhbGciOiJFUzI1NiJ9." + joe +
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

// RFC 8037, appendices A.2 and A.4.
const std::string ed25519_members =
    R"("kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")";
const std::string ed25519_token =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

KeySet key_set(const std::string& members) {
  return *parse_key_set(R"({"keys":[{)" + members + "}]}");
}

bool verifies(const std::string& members, const std::string& token) {
  const auto jws = parse_jws(token);
  for (const auto& key : keys_for(key_set(members), jws.algorithm, jws.key_id))
    if (key.key.verifies(jws.algorithm, jws.signed_text, jws.signature))
      return true;
  return false;
}

std::string tampered(std::string token, std::size_t at) {
  token[at] = token[at] == 'A' ? 'B' : 'A';
  return token;
}

std::string refusal(const std::string& token) {
  const auto failure = failure_of([&] { static_cast<void>(parse_jws(token)); });
  CHECK(failure.kind == (failure.message == no_error ? ErrorKind::internal : ErrorKind::not_authorized));
  return failure.message;
}

std::string with_header(const std::string& header) {
  return base64url_encode(header) + ".e30.AA";
}

} // namespace

TEST_CASE("RFC 7515 A.2, A.3 and RFC 8037 A.4: the examples verify, and not with a letter changed") {
  struct Row {
    const std::string& members;
    const std::string& token;
  };
  for (const auto& [members, token] :
       {Row{rsa_members, rs256_token}, Row{ec_members, es256_token}, Row{ed25519_members, ed25519_token}}) {
    CHECK(verifies(members, token));
    CHECK_FALSE(verifies(members, tampered(token, 30)));
    CHECK_FALSE(verifies(members, tampered(token, token.size() - 10)));
  }
  CHECK(parse_jws(ed25519_token).payload == "Example of Ed25519 signing");
}

TEST_CASE("each algorithm verifies what its own kind of key has signed, and nothing else") {
  const char* const names[] = {"RS256", "PS256", "ES256", "EdDSA"};
  for (const char* name : names) {
    const Signer signer{name};
    const auto token = signer.token(R"({"sub":"u-1"})");
    CHECK(verifies(signer.members(), token));
    CHECK_FALSE(verifies(Signer{name}.members(), token));
    for (const char* other : names) {
      const auto header = R"({"alg":")" + std::string{other} + R"(","kid":"key-1"})";
      CHECK_MESSAGE(verifies(signer.members(), signer.token_with(header, "{}")) ==
                        (std::string{other} == name),
                    name, " as ", other);
    }
  }
}

TEST_CASE("RFC 9864: Ed25519 is another name of EdDSA") {
  const Signer signer{"EdDSA"};
  CHECK(verifies(signer.members(), signer.token_with(R"({"alg":"Ed25519"})", "{}")));
}

TEST_CASE("RFC 7518 3.4: a signature of another length is none") {
  const auto text = es256_token.substr(0, es256_token.rfind('.') + 1);
  const std::string bytes = *base64url_decode(es256_token.substr(text.size()));
  for (const auto& other : {std::string{}, bytes.substr(0, 63), bytes + '\0', std::string(64, '\0')})
    CHECK_FALSE(verifies(ec_members, text + base64url_encode(other)));
}

TEST_CASE("an algorithm outside the closed list is refused before any key is looked at") {
  Sentences said;
  for (const char* name : {"none", "None", "NONE", "HS256", "HS512", "RS1", "RS512", "ES256K", "rs256", ""}) {
    const auto sentence = refusal(with_header(R"({"alg":")" + std::string{name} + R"("})"));
    CHECK(sentence.find("'" + std::string{name} + "'") != std::string::npos);
    said.add(name, sentence);
  }
  for (const char* header : {"{}", R"({"alg":1})", R"({"alg":["RS256"]})"})
    said.add(header, refusal(with_header(header)));
  said.check();
}

TEST_CASE("what is no signed token, or is one of another kind, is refused") {
  Sentences said;
  for (const char* text :
       {"", ".", "..", "a.b", "e30.e30.e30.e30", "=.e30.AA", "e30.=.AA", "W10.e30.AA", "a.b.c.d.e"})
    said.add(text, refusal(text));
  for (const char* header :
       {R"({"alg":"RS256","crit":["exp"],"exp":1})", R"({"alg":"RS256","typ":"at+jwt"})",
        R"({"alg":"RS256","typ":"logout+jwt"})", R"({"alg":"RS256","typ":1})", R"({"alg":"RS256","typ":""})",
        R"({"alg":"RS256","kid":7})", R"({"alg":"RS256","alg":"none"})"})
    said.add(header, refusal(with_header(header)));
  said.check();
  for (const char* type : {"JWT", "jwt", "application/jwt"})
    CHECK(refusal(with_header(R"({"alg":"RS256","typ":")" + std::string{type} + R"("})")) == no_error);
}

TEST_CASE("RFC 7518 3.3: RSA keys below 2048 bits are left out, and so are those that would keep us busy") {
  CHECK(key_set(Signer{"RS256", "short", 1024}.members()).empty());
  CHECK(key_set(Signer{"RS256", "short", 2040}.members()).empty());
  CHECK(key_set(Signer{"RS256", "enough"}.members()).size() == 1);
  const auto huge = base64url_encode(std::string(1025, '\xff'));
  CHECK(key_set(R"("kty":"RSA","e":"AQAB","n":")" + huge + '"').empty());
  for (const char* exponent : {"AQ", "Ag", "", "AQAAAAAAAAAB"}) // 1, 2, none, 72 bits
    CHECK_MESSAGE(key_set(R"("kty":"RSA","e":")" + std::string{exponent} + '"' +
                          rsa_members.substr(rsa_members.find(R"(,"n")")))
                      .empty(),
                  exponent);
}

TEST_CASE("RFC 7517 5: keys of no use here are left out, and the others are taken") {
  const std::string set =
      R"({"keys":[17,{},{"kty":"oct","k":"c2VjcmV0"},{"kty":"EC","crv":"P-384","x":"AA","y":"AA"},)"
      R"({"kty":"OKP","crv":"Ed25519","x":"AA"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},{)" +
      ec_members + R"(,"use":"enc"},{)" + ec_members + R"(,"key_ops":["sign"]},{)" + ec_members +
      R"(,"alg":"ES512"},{)" + ec_members + R"(,"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"},{)" +
      ec_members + R"(,"kid":"the one","use":"sig","key_ops":["verify"],"alg":"ES256","x5c":[]}]})";
  const auto keys = parse_key_set(set);
  REQUIRE(keys);
  REQUIRE(keys->size() == 1);
  CHECK(keys->front().id == "the one");
  CHECK(keys->front().algorithm == SignatureAlgorithm::es256);
}

TEST_CASE("RFC 7518 6.2.1.2, RFC 8037 2: a coordinate of another length than the curve's is no key") {
  const std::string x = *base64url_decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
  const std::string y = *base64url_decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
  const std::string ed25519 = *base64url_decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
  REQUIRE(PublicKey::p256(x, y));
  REQUIRE(PublicKey::ed25519(ed25519));
  const auto shifted = x + y; // the same 64 bytes of the point, divided elsewhere
  CHECK_FALSE(PublicKey::p256(shifted.substr(0, 31), shifted.substr(31)));
  CHECK_FALSE(PublicKey::p256(shifted.substr(0, 33), shifted.substr(33)));
  CHECK_FALSE(PublicKey::p256(shifted, ""));
  CHECK_FALSE(PublicKey::p256("", shifted));
  CHECK_FALSE(PublicKey::p256(std::string(1, '\0') + x, y));
  CHECK_FALSE(PublicKey::p256(x, y + '\0'));
  CHECK_FALSE(PublicKey::p256(x, y.substr(0, 31)));
  CHECK_FALSE(PublicKey::ed25519(ed25519.substr(0, 31)));
  CHECK_FALSE(PublicKey::ed25519(ed25519 + '\0'));
  CHECK_FALSE(PublicKey::ed25519(""));
}

TEST_CASE("a point that is not on the curve is no key") {
  auto members = ec_members;
  members.replace(members.find("x_FEzRu9"), 8, "x_FEzRu8");
  CHECK(key_set(members).empty());
  CHECK(ERR_peek_error() == 0); // nothing is left for whoever asks OpenSSL next
}

TEST_CASE("what is no key set, or one of more than a hundred keys, is refused whole") {
  for (const char* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":null})", "<html>"})
    CHECK_MESSAGE(!parse_key_set(text), text);
  const auto many = [](int count) {
    std::string text = R"({"keys":[{})";
    for (int i = 1; i < count; ++i)
      text += ",{}";
    return text + "]}";
  };
  CHECK(parse_key_set(many(100)));
  CHECK_FALSE(parse_key_set(many(101)));
}

TEST_CASE("OIDC Core 10.1: a key is found by its id, and without one only where there is no choice") {
  const Signer first{"RS256", "first"};
  const Signer second{"RS256", "second"};
  const Signer curve{"ES256", "first"};
  const auto keys = *parse_key_set(R"({"keys":[{)" + first.members() + "},{" + second.members() + "},{" +
                                   curve.members() + "}]}");
  const auto ids = [&](SignatureAlgorithm algorithm, const std::optional<std::string>& id) {
    std::string text;
    for (const auto& key : keys_for(keys, algorithm, id))
      text += key.id.value_or("-") + (key.key.suits(SignatureAlgorithm::es256) ? "/EC " : "/RSA ");
    return text;
  };
  CHECK(ids(SignatureAlgorithm::rs256, "second") == "second/RSA ");
  CHECK(ids(SignatureAlgorithm::rs256, "first") == "first/RSA ");
  CHECK(ids(SignatureAlgorithm::es256, "first") == "first/EC ");
  CHECK(ids(SignatureAlgorithm::es256, "second").empty());
  CHECK(ids(SignatureAlgorithm::rs256, "third").empty());
  CHECK(ids(SignatureAlgorithm::es256, std::nullopt) == "first/EC ");
  CHECK(ids(SignatureAlgorithm::rs256, std::nullopt).empty());
}

TEST_CASE("a key that is meant for one algorithm serves no other") {
  const Signer signer{"PS256"};
  const auto token = signer.token("{}");
  CHECK(verifies(signer.members() + R"(,"alg":"PS256")", token));
  CHECK_FALSE(verifies(signer.members() + R"(,"alg":"RS256")", token));
}
