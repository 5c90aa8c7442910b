#include "store/aes_gcm.hpp"

#include "base/error.hpp"

#include <climits>
#include <openssl/evp.h>

#include <memory>

namespace chutes::store {
namespace {

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

enum class Direction { open = 0, seal = 1 }; // as EVP_CipherInit_ex counts them

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

[[noreturn]] void fail() {
  throw Error{ErrorKind::internal, "OpenSSL could not encrypt or decrypt", "check the available memory"};
}

int checked_length(std::string_view text) {
  if (text.size() > INT_MAX)
    fail();
  return static_cast<int>(text.size());
}

// Ready for the text itself: key, nonce and associated data are in.
Cipher start(Direction direction, const Secret& key, const std::string& nonce,
             const std::string& associated_data) {
  if (key.reveal().size() != aes_key_length || nonce.size() != gcm_nonce_length)
    fail();
  Cipher cipher{EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free};
  int length = 0;
  if (!cipher ||
      EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key.reveal()), bytes(nonce),
                        static_cast<int>(direction)) != 1 ||
      EVP_CipherUpdate(cipher.get(), nullptr, &length, bytes(associated_data),
                       checked_length(associated_data)) != 1)
    fail();
  return cipher;
}

// Of an empty text nothing is updated: to OpenSSL a null output would mean more associated data.
void update(const Cipher& cipher, std::string& out, std::string_view in) {
  int length = 0;
  if (!in.empty() && EVP_CipherUpdate(cipher.get(), bytes(out), &length, bytes(in), checked_length(in)) != 1)
    fail();
}

} // namespace

std::string aes_gcm_seal(const Secret& key, const std::string& nonce, const std::string& associated_data,
                         const Secret& plaintext) {
  const auto cipher = start(Direction::seal, key, nonce, associated_data);
  std::string sealed(plaintext.reveal().size(), '\0');
  update(cipher, sealed, plaintext.reveal());
  std::string tag(gcm_tag_length, '\0');
  int length = 0;
  if (EVP_CipherFinal_ex(cipher.get(), bytes(tag), &length) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag.size()), tag.data()) != 1)
    fail();
  return sealed + tag;
}

std::optional<Secret> aes_gcm_open(const Secret& key, const std::string& nonce,
                                   const std::string& associated_data, std::string_view sealed) {
  if (sealed.size() < gcm_tag_length)
    return std::nullopt;
  const auto text = sealed.substr(0, sealed.size() - gcm_tag_length);
  std::string tag{sealed.substr(text.size())};
  const auto cipher = start(Direction::open, key, nonce, associated_data);
  std::string plain(text.size(), '\0');
  update(cipher, plain, text);
  // Held as a secret already: what did not prove genuine is wiped all the same.
  Secret opened{std::move(plain)};
  std::string rest(gcm_tag_length, '\0');
  int length = 0;
  if (EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag.size()), tag.data()) != 1)
    fail();
  if (EVP_CipherFinal_ex(cipher.get(), bytes(rest), &length) != 1)
    return std::nullopt;
  return opened;
}

} // namespace chutes::store
