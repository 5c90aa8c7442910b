// The values alone; that both keyrings understand them is tested against real ones (test_linux_keychain).
#include "linux/keychain/secret_exchange.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

const std::string nonce(16, 'n');

// The group's prime (RFC 2409, second Oakley group) plus `difference`, which changes its last byte alone.
std::string near_prime(int difference) {
  std::string prime =
      "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xC9\x0F\xDA\xA2\x21\x68\xC2\x34\xC4\xC6\x62\x8B\x80\xDC\x1C\xD1"
      "\x29\x02\x4E\x08\x8A\x67\xCC\x74\x02\x0B\xBE\xA6\x3B\x13\x9B\x22\x51\x4A\x08\x79\x8E\x34\x04\xDD"
      "\xEF\x95\x19\xB3\xCD\x3A\x43\x1B\x30\x2B\x0A\x6D\xF2\x5F\x14\x37\x4F\xE1\x35\x6D\x6D\x51\xC2\x45"
      "\xE4\x85\xB5\x76\x62\x5E\x7E\xC6\xF4\x4C\x42\xE9\xA6\x37\xED\x6B\x0B\xFF\x5C\xB6\xF4\x06\xB7\xED"
      "\xEE\x38\x6B\xFB\x5A\x89\x9F\xA5\xAE\x9F\x24\x11\x7C\x4B\x1F\xE6\x49\x28\x66\x51\xEC\xE6\x53\x81"
      "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
  prime.back() = static_cast<char>(prime.back() + difference);
  return prime;
}

} // namespace

TEST_CASE("every session has a key pair of its own, of the group's length") {
  const SecretExchange one;
  const SecretExchange other;
  CHECK(one.public_key().size() == 128);
  CHECK(one.public_key() != other.public_key());
}

TEST_CASE("a public key whose result everybody knows, or that is none of the group's, is not agreed with") {
  SecretExchange exchange;
  for (const auto& key : {std::string{}, std::string(128, '\0'), std::string(127, '\0') + '\1',
                          near_prime(-1), near_prime(0), std::string(128, '\xFF'), std::string(129, '\2')})
    CHECK_FALSE(exchange.agree(key));
  CHECK(exchange.agree(near_prime(-2)));
  CHECK(exchange.agree(std::string{'\2'}));
}

TEST_CASE("what the agreed key has not encrypted, or has not ended, is no secret") {
  SecretExchange exchange;
  SecretExchange peer;
  CHECK(exchange.decrypt(nonce, std::string(16, 'x')) == std::nullopt); // no key yet
  REQUIRE(exchange.agree(peer.public_key()));
  for (const std::size_t length : {0, 1, 15, 17, 31})
    CHECK(exchange.decrypt(nonce, std::string(length, 'x')) == std::nullopt);
  CHECK(exchange.decrypt(std::string(15, 'n'), std::string(16, 'x')) == std::nullopt);
}
