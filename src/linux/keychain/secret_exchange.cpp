#include "linux/keychain/secret_exchange.hpp"

#include "base/error.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <array>

namespace chutes::on_linux {
namespace {

constexpr int group_bytes = 128;
constexpr int private_bits = 256; // twice what the group withstands, and then some
constexpr std::size_t key_bytes = 16;
constexpr std::size_t block_bytes = 16;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

template <typename Type>
Type* given(Type* made) {
  if (made == nullptr)
    throw Error{ErrorKind::internal, "OpenSSL could not agree on a key with the keychain",
                "check the available memory"};
  return made;
}

template <typename Type>
using Owned = std::unique_ptr<Type, void (*)(Type*)>;

Owned<BIGNUM> prime() {
  return {given(BN_get_rfc2409_prime_1024(nullptr)), BN_free};
}

// base ^ exponent modulo the group's prime, as so many bytes.
Secret power(const BIGNUM* base, const BIGNUM* exponent) {
  const Owned<BN_CTX> context{given(BN_CTX_secure_new()), BN_CTX_free};
  const Owned<BIGNUM> result{given(BN_new()), BN_clear_free};
  std::string text(group_bytes, '\0');
  if (BN_mod_exp_mont_consttime(result.get(), base, exponent, prime().get(), context.get(), nullptr) != 1 ||
      BN_bn2binpad(result.get(), bytes(text), group_bytes) != group_bytes)
    given<BIGNUM>(nullptr);
  return Secret{std::move(text)};
}

Secret derived_key(const Secret& shared) {
  const Owned<EVP_KDF> method{given(EVP_KDF_fetch(nullptr, "HKDF", nullptr)), EVP_KDF_free};
  const Owned<EVP_KDF_CTX> context{given(EVP_KDF_CTX_new(method.get())), EVP_KDF_CTX_free};
  std::string digest = "SHA256";
  std::string input = shared.reveal();
  const std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, input.data(), input.size()),
      OSSL_PARAM_construct_end()};
  std::string key(key_bytes, '\0');
  const int derived = EVP_KDF_derive(context.get(), bytes(key), key.size(), parameters.data());
  if (derived != 1)
    given<EVP_KDF>(nullptr);
  return Secret{std::move(key)};
}

// Between 2 and p - 2: of the others the result would be known to everybody.
bool is_sound(const BIGNUM* public_key) {
  const auto highest = prime();
  return BN_sub_word(highest.get(), 2) == 1 && BN_cmp(public_key, BN_value_one()) > 0 &&
         BN_cmp(public_key, highest.get()) <= 0;
}

} // namespace

void SecretExchange::FreeNumber::operator()(BIGNUM* number) const noexcept {
  BN_clear_free(number);
}

SecretExchange::SecretExchange() : m_private_key(given(BN_new())) {
  const Owned<BIGNUM> generator{given(BN_new()), BN_free};
  if (BN_priv_rand(m_private_key.get(), private_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
      BN_set_word(generator.get(), 2) != 1)
    given<BIGNUM>(nullptr);
  m_public_key = power(generator.get(), m_private_key.get()).reveal();
}

bool SecretExchange::agree(std::string_view peers_public_key) {
  if (peers_public_key.size() > group_bytes)
    return false;
  const Owned<BIGNUM> peers{
      given(BN_bin2bn(bytes(peers_public_key), static_cast<int>(peers_public_key.size()), nullptr)), BN_free};
  if (!is_sound(peers.get()))
    return false;
  m_key = derived_key(power(peers.get(), m_private_key.get()));
  return true;
}

std::optional<Secret> SecretExchange::decrypt(std::string_view nonce, std::string_view ciphertext) const {
  constexpr std::size_t longest = 16U << 20U;
  if (m_key.empty() || nonce.size() != block_bytes || ciphertext.size() > longest)
    return std::nullopt;
  const Owned<EVP_CIPHER_CTX> cipher{given(EVP_CIPHER_CTX_new()), EVP_CIPHER_CTX_free};
  std::string text(ciphertext.size() + block_bytes, '\0');
  int written = 0;
  int rest = 0;
  const bool sound = EVP_DecryptInit_ex(cipher.get(), EVP_aes_128_cbc(), nullptr, bytes(m_key.reveal()),
                                        bytes(nonce)) == 1 &&
                     EVP_DecryptUpdate(cipher.get(), bytes(text), &written, bytes(ciphertext),
                                       static_cast<int>(ciphertext.size())) == 1 &&
                     EVP_DecryptFinal_ex(cipher.get(), bytes(text) + written, &rest) == 1;
  Secret secret{std::move(text)};
  if (!sound) {
    ERR_clear_error();
    return std::nullopt;
  }
  return Secret{
      secret.reveal().substr(0, static_cast<std::size_t>(written) + static_cast<std::size_t>(rest))};
}

} // namespace chutes::on_linux
