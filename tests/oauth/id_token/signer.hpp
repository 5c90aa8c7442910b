// A server's side of ID tokens: a key pair, its public half as a JSON Web Key, and what it signs.
#pragma once

#include "base/base64.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace chutes::oauth {

class Signer {
public:
  // `algorithm` is RS256, PS256, ES256 or EdDSA; `bits` counts for RSA only.
  explicit Signer(std::string algorithm, std::string id = "key-1", unsigned bits = 2048)
      : m_algorithm(std::move(algorithm)), m_id(std::move(id)), m_key(generate(m_algorithm, bits)) {}

  // The members of the public key, without braces, so that a test can add to them.
  [[nodiscard]] std::string members() const {
    const std::string id = R"(,"kid":")" + m_id + '"';
    if (m_algorithm == "EdDSA")
      return R"("kty":"OKP","crv":"Ed25519","x":")" + base64url_encode(raw_public_key()) + '"' + id;
    if (m_algorithm == "ES256")
      return R"("kty":"EC","crv":"P-256","x":")" + encoded(OSSL_PKEY_PARAM_EC_PUB_X, 32) + R"(","y":")" +
             encoded(OSSL_PKEY_PARAM_EC_PUB_Y, 32) + '"' + id;
    return R"("kty":"RSA","n":")" + encoded(OSSL_PKEY_PARAM_RSA_N, 0) + R"(","e":")" +
           encoded(OSSL_PKEY_PARAM_RSA_E, 0) + '"' + id;
  }
  [[nodiscard]] std::string key_set() const { return R"({"keys":[{)" + members() + "}]}"; }

  [[nodiscard]] std::string header() const {
    return R"({"alg":")" + m_algorithm + R"(","kid":")" + m_id + R"("})";
  }
  [[nodiscard]] std::string token(const std::string& claims) const { return token_with(header(), claims); }
  // Signed as this key does, whatever the header says.
  [[nodiscard]] std::string token_with(const std::string& header, const std::string& claims) const {
    const auto text = base64url_encode(header) + "." + base64url_encode(claims);
    return text + "." + base64url_encode(signature(text));
  }

private:
  using Key = std::shared_ptr<EVP_PKEY>;

  static void require(bool done) {
    if (!done)
      throw std::runtime_error("OpenSSL could not play the server");
  }

  static Key generate(const std::string& algorithm, unsigned bits) {
    EVP_PKEY* key = algorithm == "EdDSA"   ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                    : algorithm == "ES256" ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")
                                           : EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits});
    require(key != nullptr);
    return {key, &EVP_PKEY_free};
  }

  [[nodiscard]] std::string raw_public_key() const {
    std::string bytes(32, '\0');
    std::size_t length = bytes.size();
    require(EVP_PKEY_get_raw_public_key(m_key.get(), reinterpret_cast<unsigned char*>(bytes.data()),
                                        &length) == 1);
    return bytes;
  }

  // `width` bytes, or as many as it takes.
  [[nodiscard]] std::string encoded(const char* parameter, int width) const {
    BIGNUM* number = nullptr;
    require(EVP_PKEY_get_bn_param(m_key.get(), parameter, &number) == 1);
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> owned{number, &BN_free};
    std::string bytes(static_cast<std::size_t>(width > 0 ? width : BN_num_bytes(number)), '\0');
    require(BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()),
                         static_cast<int>(bytes.size())) > 0);
    return base64url_encode(bytes);
  }

  [[nodiscard]] std::string signature(const std::string& text) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    EVP_PKEY_CTX* key_context = nullptr;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    require(EVP_DigestSignInit(context.get(), &key_context, m_algorithm == "EdDSA" ? nullptr : EVP_sha256(),
                               nullptr, m_key.get()) == 1);
    if (m_algorithm == "PS256")
      require(EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, RSA_PSS_SALTLEN_DIGEST) == 1);
    std::size_t length = 0;
    require(EVP_DigestSign(context.get(), nullptr, &length, bytes, text.size()) == 1);
    std::string result(length, '\0');
    require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(result.data()), &length, bytes,
                           text.size()) == 1);
    result.resize(length);
    return m_algorithm == "ES256" ? side_by_side(result) : result;
  }

  // RFC 7518 §3.4: r and s, 32 bytes each, instead of ASN.1.
  static std::string side_by_side(const std::string& asn1) {
    const auto* at = reinterpret_cast<const unsigned char*>(asn1.data());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> both{
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(asn1.size())), &ECDSA_SIG_free};
    std::string result(64, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(result.data());
    require(both && BN_bn2binpad(ECDSA_SIG_get0_r(both.get()), bytes, 32) == 32 &&
            BN_bn2binpad(ECDSA_SIG_get0_s(both.get()), bytes + 32, 32) == 32);
    return result;
  }

  std::string m_algorithm, m_id;
  Key m_key;
};

} // namespace chutes::oauth
