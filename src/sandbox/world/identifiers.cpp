#include "sandbox/world/identifiers.hpp"

#include "base/base64.hpp"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <stdexcept>

namespace chutes::sandbox {
namespace {

unsigned char random_byte() {
  unsigned char byte = 0;
  if (RAND_bytes(&byte, 1) != 1)
    throw std::runtime_error{"OpenSSL cannot generate random bytes"};
  return byte;
}

std::string sha256(std::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

} // namespace

std::string random_characters(std::string_view alphabet, std::size_t count) {
  const std::size_t fair = 256 - 256 % alphabet.size(); // larger bytes would favour the start of the alphabet
  std::string text;
  while (text.size() < count)
    if (const auto byte = random_byte(); byte < fair)
      text += alphabet[byte % alphabet.size()];
  return text;
}

std::string random_uuid() {
  std::string uuid = random_characters(hexadecimal, 32);
  uuid[12] = '4';
  uuid[16] = "89ab"[random_byte() % 4];
  const auto part = [&uuid](std::size_t at, std::size_t count) { return uuid.substr(at, count); };
  return part(0, 8) + "-" + part(8, 4) + "-" + part(12, 4) + "-" + part(16, 4) + "-" + part(20, 12);
}

std::string digest_of(std::string_view secret) {
  std::string text;
  for (const char c : sha256(secret)) {
    const auto byte = static_cast<unsigned char>(c);
    text += hexadecimal[byte >> 4U];
    text += hexadecimal[byte & 15U];
  }
  return text;
}

std::string s256(std::string_view code_verifier) {
  return base64url_encode(sha256(code_verifier));
}

} // namespace chutes::sandbox
