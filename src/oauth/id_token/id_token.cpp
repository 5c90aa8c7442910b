#include "oauth/id_token/id_token.hpp"

#include "base/base64.hpp"
#include "base/json_text.hpp"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace chutes::oauth {
namespace {

constexpr std::chrono::seconds tolerated{60}; // difference of the two clocks

Json claims_in(const std::string& payload) {
  auto claims = parse_json(payload);
  if (!claims || !claims->is_object())
    throw untrusted_id_token("contains no claims");
  return std::move(*claims);
}

void require_issuer(const Json& claims, const std::string& issuer) {
  if (string_field(claims, "iss") != issuer)
    throw untrusted_id_token("is from another issuer");
}

bool names(const Json& audience, const std::string& client_id) {
  if (audience.is_string())
    return audience == client_id;
  return audience.is_array() && std::find(audience.begin(), audience.end(), client_id) != audience.end();
}

// §3.1.3.7, 3 to 5: it is for our client; if it is also for others, it was issued to our client.
void require_audience(const Json& claims, const std::string& client_id) {
  const Json* audience = find_field(claims, "aud");
  if (audience == nullptr || !names(*audience, client_id))
    throw untrusted_id_token("is for another client");
  const bool shared = audience->is_array() && audience->size() > 1;
  if ((shared || find_field(claims, "azp") != nullptr) && string_field(claims, "azp") != client_id)
    throw untrusted_id_token("was issued to another client");
}

// A NumericDate (RFC 7519 §2): a JSON number, which may have a fraction. Absent if it is not there.
std::optional<Instant> time_claim(const Json& claims, const char* name) {
  constexpr double latest = 253402300799.0; // the end of the year 9999
  const Json* claim = find_field(claims, name);
  if (claim == nullptr)
    return std::nullopt;
  const double seconds = number_of(*claim).value_or(-1);
  if (!(seconds >= 0 && seconds <= latest))
    throw untrusted_id_token(std::string{"has a malformed "} + name);
  return Instant{std::chrono::seconds{static_cast<std::int64_t>(std::floor(seconds))}};
}

void require_time(const Json& claims, Instant now) {
  const char* clock = "set this machine's clock, then sign in again";
  const auto expires = time_claim(claims, "exp");
  const auto issued = time_claim(claims, "iat");
  const auto begins = time_claim(claims, "nbf");
  if (!expires || !issued)
    throw untrusted_id_token("does not say when it was issued and when it expires");
  if (now >= *expires + tolerated)
    throw untrusted_id_token("has expired", clock);
  if (*issued > now + tolerated)
    throw untrusted_id_token("was issued in the future", clock);
  if (begins && *begins > now + tolerated)
    throw untrusted_id_token("is not valid yet", clock);
}

void require_nonce(const Json& claims, const std::optional<std::string>& nonce) {
  const auto given = string_field(claims, "nonce");
  if (nonce && !given)
    throw untrusted_id_token("does not say which sign-in it belongs to (nonce)");
  if (nonce ? !equal_in_constant_time(*given, *nonce) : find_field(claims, "nonce") != nullptr)
    throw untrusted_id_token("belongs to another sign-in (nonce)");
}

// The left half of the token's digest; the signature's algorithm names the kind of digest (§3.1.3.6).
std::string half_digest(const std::string& text, SignatureAlgorithm algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  const EVP_MD* kind = algorithm == SignatureAlgorithm::ed25519 ? EVP_sha512() : EVP_sha256();
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, kind, nullptr) != 1)
    throw Error{ErrorKind::internal, "OpenSSL cannot compute a digest"};
  return base64url_encode({reinterpret_cast<const char*>(digest.data()), length / 2});
}

void require_access_token(const Json& claims, const Secret& access_token, SignatureAlgorithm algorithm) {
  if (find_field(claims, "at_hash") != nullptr &&
      string_field(claims, "at_hash") != half_digest(access_token.reveal(), algorithm))
    throw untrusted_id_token("belongs to another access token");
}

UserInfo subject_of(const Json& claims) {
  constexpr std::size_t longest = 255; // §2
  auto info = user_info_in(claims);
  if (!info || info->sub.empty() || info->sub.size() > longest)
    throw untrusted_id_token("does not say who has signed in");
  return std::move(*info);
}

} // namespace

UserInfo verify_id_token(const Secret& token, const ExpectedIdToken& expected, SigningKeys& keys) {
  const auto jws = parse_jws(token.reveal());
  keys.require_signature(jws);
  const auto claims = claims_in(jws.payload);
  require_issuer(claims, expected.issuer);
  require_audience(claims, expected.client_id);
  require_time(claims, expected.now);
  require_nonce(claims, expected.nonce);
  require_access_token(claims, expected.access_token, jws.algorithm);
  return subject_of(claims);
}

void require_same_subject(const Secret& token, const std::string& issuer, const std::string& client_id,
                          const std::string& subject) {
  const auto claims = claims_in(jws_payload(token.reveal()));
  require_issuer(claims, issuer);
  require_audience(claims, client_id);
  if (subject_of(claims).sub != subject)
    throw untrusted_id_token("is about another account than the session's");
}

} // namespace chutes::oauth
