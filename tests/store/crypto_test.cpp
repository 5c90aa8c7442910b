// The primitives against the vectors of those who defined them.
#include "store/aes_gcm.hpp"
#include "store/scrypt.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::store;

namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4U];
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15U];
  }
  return text;
}

std::string unhex(std::string_view text) {
  std::string bytes;
  for (std::size_t place = 0; place < text.size(); place += 2)
    bytes += static_cast<char>(std::stoi(std::string{text.substr(place, 2)}, nullptr, 16));
  return bytes;
}

} // namespace

TEST_CASE("scrypt derives the keys of RFC 7914 section 12") {
  CHECK(hex(scrypt(Secret{""}, "", {4, 1, 1}, 64).reveal()) ==
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
  CHECK(hex(scrypt(Secret{"password"}, "NaCl", {10, 8, 16}, 64).reveal()) ==
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
  CHECK(hex(scrypt(Secret{"pleaseletmein"}, "SodiumChloride", {14, 8, 1}, 64).reveal()) ==
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
}

TEST_CASE("AES-256-GCM gives what test cases 13, 14 and 16 of its specification say") {
  const Secret zero_key{std::string(32, '\0')};
  const std::string zero_nonce(12, '\0');
  CHECK(hex(aes_gcm_seal(zero_key, zero_nonce, "", Secret{""})) == "530f8afbc74536b9a963b4f1c4cb738b");
  CHECK(hex(aes_gcm_seal(zero_key, zero_nonce, "", Secret{std::string(16, '\0')})) ==
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
  const Secret key{unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")};
  const auto nonce = unhex("cafebabefacedbaddecaf888");
  const auto associated = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const Secret plain{unhex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                           "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")};
  const auto sealed = aes_gcm_seal(key, nonce, associated, plain);
  CHECK(hex(sealed) == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                       "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                       "76fc6ece0f4e1768cddf8853bb2d551b");
  CHECK(aes_gcm_open(key, nonce, associated, sealed) == plain);
}

TEST_CASE("what was sealed opens with nothing but the same key, nonce, associated data and bytes") {
  const Secret key{std::string(32, 'k')};
  const std::string nonce(12, 'n');
  const auto sealed = aes_gcm_seal(key, nonce, "header", Secret{"text"});
  CHECK(aes_gcm_open(key, nonce, "header", sealed) == Secret{"text"});
  CHECK_FALSE(aes_gcm_open(Secret{std::string(32, 'K')}, nonce, "header", sealed));
  CHECK_FALSE(aes_gcm_open(key, std::string(12, 'N'), "header", sealed));
  CHECK_FALSE(aes_gcm_open(key, nonce, "Header", sealed));
  CHECK_FALSE(aes_gcm_open(key, nonce, "header", std::string_view{sealed}.substr(1)));
  CHECK_FALSE(aes_gcm_open(key, nonce, "header", ""));
}
