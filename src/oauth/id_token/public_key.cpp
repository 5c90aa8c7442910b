#include "oauth/id_token/public_key.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <string>

namespace chutes::oauth {
namespace {

constexpr int least_rsa_bits = 2048;
constexpr int most_rsa_bits = 8192;
constexpr std::size_t coordinate = 32; // bytes, on P-256 and on Curve25519

template <auto release>
struct Releaser {
  template <typename Thing>
  void operator()(Thing* thing) const {
    release(thing);
  }
};
using BigNumber = std::unique_ptr<BIGNUM, Releaser<&BN_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Releaser<&EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releaser<&EVP_MD_CTX_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Releaser<&OSSL_PARAM_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Releaser<&OSSL_PARAM_BLD_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Releaser<&ECDSA_SIG_free>>;
using Key = std::shared_ptr<EVP_PKEY>;

// Empties OpenSSL's error queue at the end of a scope, so that the next caller does not find our failures.
struct ErrorQueueCleared {
  ErrorQueueCleared() = default;
  ~ErrorQueueCleared() { ERR_clear_error(); }
  ErrorQueueCleared(const ErrorQueueCleared&) = delete;
  ErrorQueueCleared& operator=(const ErrorQueueCleared&) = delete;
};

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

BigNumber number(std::string_view big_endian) {
  return BigNumber{BN_bin2bn(bytes(big_endian), static_cast<int>(big_endian.size()), nullptr)};
}

// Null if the parameters are not a valid key.
Key key_of(const char* type, const ParameterBuilder& builder) {
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return {key, &EVP_PKEY_free};
}

// With an exponent of 1 everything would be a signature.
bool is_rsa_exponent(const BIGNUM* exponent) {
  constexpr int longest = 64; // bits
  return BN_is_odd(exponent) == 1 && BN_is_one(exponent) == 0 && BN_num_bits(exponent) <= longest;
}

// Converts a signature of both halves side by side (RFC 7518 §3.4) to the ASN.1 that OpenSSL expects. Empty
// if it is malformed.
std::string ecdsa_asn1(std::string_view signature) {
  const EcSignature both{ECDSA_SIG_new()};
  if (signature.size() != 2 * coordinate || !both)
    return {};
  auto r = number(signature.substr(0, coordinate));
  auto s = number(signature.substr(coordinate));
  if (!r || !s || ECDSA_SIG_set0(both.get(), r.get(), s.get()) != 1)
    return {};
  static_cast<void>(r.release()); // owned by the signature now
  static_cast<void>(s.release());
  unsigned char* encoded = nullptr;
  const int length = i2d_ECDSA_SIG(both.get(), &encoded);
  if (length <= 0)
    return {};
  std::string result{reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(length)};
  OPENSSL_free(encoded);
  return result;
}

// RFC 7518 §3.5: the salt is as long as the digest, and the mask is made with the same digest.
bool set_pss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
}

} // namespace

std::optional<PublicKey> PublicKey::rsa(std::string_view modulus, std::string_view exponent) {
  const ErrorQueueCleared cleared_at_end;
  if (modulus.size() > most_rsa_bits / 8 || exponent.empty() || exponent.size() > modulus.size())
    return std::nullopt;
  const auto n = number(modulus);
  const auto e = number(exponent);
  const ParameterBuilder builder{OSSL_PARAM_BLD_new()};
  if (!n || !e || !builder || BN_num_bits(n.get()) < least_rsa_bits || !is_rsa_exponent(e.get()) ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return std::nullopt;
  auto key = key_of("RSA", builder);
  return key ? std::optional{PublicKey{Kind::rsa, std::move(key)}} : std::nullopt;
}

std::optional<PublicKey> PublicKey::p256(std::string_view x, std::string_view y) {
  const ErrorQueueCleared cleared_at_end;
  const ParameterBuilder builder{OSSL_PARAM_BLD_new()};
  const auto point = std::string{"\x04"} + std::string{x} + std::string{y}; // uncompressed, SEC 1 §2.3.3
  if (x.size() != coordinate || y.size() != coordinate || !builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1)
    return std::nullopt;
  auto key = key_of("EC", builder);
  return key ? std::optional{PublicKey{Kind::p256, std::move(key)}} : std::nullopt;
}

std::optional<PublicKey> PublicKey::ed25519(std::string_view x) {
  const ErrorQueueCleared cleared_at_end;
  if (x.size() != coordinate)
    return std::nullopt;
  Key key{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(x), x.size()), &EVP_PKEY_free};
  return key ? std::optional{PublicKey{Kind::ed25519, std::move(key)}} : std::nullopt;
}

bool PublicKey::suits(SignatureAlgorithm algorithm) const {
  switch (algorithm) {
  case SignatureAlgorithm::es256:
    return m_kind == Kind::p256;
  case SignatureAlgorithm::ed25519:
    return m_kind == Kind::ed25519;
  case SignatureAlgorithm::rs256:
  case SignatureAlgorithm::ps256:
    break;
  }
  return m_kind == Kind::rsa;
}

bool PublicKey::verifies(SignatureAlgorithm algorithm, std::string_view text,
                         std::string_view signature) const {
  const ErrorQueueCleared cleared_at_end;
  if (!suits(algorithm))
    return false;
  const auto given = m_kind == Kind::p256 ? ecdsa_asn1(signature) : std::string{signature};
  const DigestContext context{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* key_context = nullptr; // the digest context's own
  const EVP_MD* digest = m_kind == Kind::ed25519 ? nullptr : EVP_sha256();
  return context && !given.empty() &&
         EVP_DigestVerifyInit(context.get(), &key_context, digest, nullptr, m_key.get()) == 1 &&
         (algorithm != SignatureAlgorithm::ps256 || set_pss(key_context)) &&
         EVP_DigestVerify(context.get(), bytes(given), given.size(), bytes(text), text.size()) == 1;
}

} // namespace chutes::oauth
