// What encryption adds: nothing legible, nothing alterable, and a passphrase used sparingly.
#include "said.hpp"
#include "store/aes_gcm.hpp"
#include "store/store_error.hpp"
#include "store_fixture.hpp"

#include <set>

using namespace chutes;
using namespace chutes::store;

namespace {

const std::string path = "/data/default.encrypted";
const std::string damaged = damaged_file(path, "").what();
const std::string truncated = damaged_file(path, "it is truncated").what();
const std::string longer = damaged_file(path, "it is longer than it says").what();
const std::string out_of_range = damaged_file(path, "its scrypt cost is out of range").what();
const std::string newer = newer_file(path).what();
const std::string foreign = foreign_file(path).what();

// Whether the passphrase or the file's content is blamed, which cannot be distinguished.
bool is_refused(const std::string& failure) {
  return failure.find("passphrase") != std::string::npos && failure.find(path) != std::string::npos;
}

std::string sealed_example(StoreFixture& world) {
  world.encrypted().store(session_key, "label", Secret{"rt-1"});
  return world.content("default.encrypted");
}

// The same at a cost that suits a test which opens it hundreds of times.
std::string cheaply_sealed(const ScryptCost& cost = {14, 1, 1}) {
  const Secret document = encode(StoredItems{{session_key, {"label", Secret{"rt-1"}}}}, "default");
  const SealHeader header{cost, static_cast<std::uint32_t>(document.reveal().size()), std::string(16, 's'),
                          std::string(12, 'n')};
  const auto key = scrypt(Secret{"correct horse"}, header.salt, cost, aes_key_length);
  return encode(header) + aes_gcm_seal(key, header.nonce, encode(header), document);
}

std::string failure_with(StoreFixture& world, const std::string& content) {
  world.put("default.encrypted", content);
  return failure_of([&] { (void)world.encrypted().find(session_key); });
}

} // namespace

TEST_CASE("nothing of the secret, its key or its label is legible in the file") {
  StoreFixture world;
  world.encrypted().store(session_key, "some label", Secret{"rt-1234567890"});
  const auto content = world.content("default.encrypted");
  for (const auto* word : {"rt-1234567890", "some label", "session", "https", "correct horse"})
    CHECK(content.find(word) == std::string::npos);
}

TEST_CASE("the header says how the file was sealed") {
  StoreFixture world;
  const auto content = sealed_example(world);
  CHECK(content.substr(0, 19) == std::string{"chutes-secrets\n\x01\x0f\x08\x01", 19});
  const auto header = decode_header(content, "f");
  CHECK(header.cost == ScryptCost{15, 8, 1});
  CHECK(header.length == content.size() - seal_header_length - gcm_tag_length);
  CHECK(encode(header) == content.substr(0, seal_header_length));
}

TEST_CASE("no byte of the header can be altered") {
  StoreFixture world;
  const auto good = cheaply_sealed();
  for (std::size_t place = 0; place < seal_header_length; ++place)
    for (const int bit : {0x01, 0x80}) {
      auto bad = good;
      bad[place] = static_cast<char>(bad[place] ^ bit);
      const auto failure = failure_with(world, bad);
      INFO("byte " << place << ", bit " << bit);
      if (place < 15)
        CHECK(failure == foreign);
      else if (place == 15)
        CHECK((bit == 1 ? failure.starts_with(damaged) : failure == newer));
      else if (place < 19)
        CHECK((is_refused(failure) || failure == out_of_range));
      else if (place < 23)
        CHECK((failure == truncated || failure == longer));
      else
        CHECK(is_refused(failure));
    }
}

TEST_CASE("no byte of the body can be altered") {
  StoreFixture world;
  const auto good = cheaply_sealed();
  for (std::size_t place = seal_header_length; place < good.size(); ++place) {
    auto bad = good;
    bad[place] = static_cast<char>(bad[place] ^ 0x10);
    CHECK(is_refused(failure_with(world, bad)));
  }
  world.put("default.encrypted", good);
  CHECK(world.encrypted().find(session_key) == Secret{"rt-1"});
}

TEST_CASE("a file cut short or lengthened is called damaged") {
  StoreFixture world;
  const auto good = cheaply_sealed();
  for (std::size_t length = 0; length < good.size(); ++length) {
    INFO("length " << length);
    CHECK(failure_with(world, good.substr(0, length)) == truncated);
  }
  CHECK(failure_with(world, good + "x") == longer);
  CHECK(failure_with(world, "-----BEGIN PGP MESSAGE-----") == foreign);
}

TEST_CASE("a header that asks for hours or gigabytes is refused before any work") {
  for (const auto& cost :
       {ScryptCost{63, 8, 1}, ScryptCost{255, 8, 1}, ScryptCost{20, 8, 1}, ScryptCost{15, 255, 1},
        ScryptCost{15, 8, 255}, ScryptCost{13, 8, 1}, ScryptCost{15, 0, 1}, ScryptCost{15, 8, 0}}) {
    StoreFixture world;
    const SealHeader header{cost, 0, std::string(16, 's'), std::string(12, 'n')};
    CHECK(failure_with(world, encode(header) + std::string(16, 't')) == out_of_range);
    CHECK(world.asked.opened == 0);
  }
}

TEST_CASE("a file sealed at another bearable cost opens, and keeps its cost when written again") {
  StoreFixture world;
  const ScryptCost cost{14, 8, 2};
  world.put("default.encrypted", cheaply_sealed(cost));
  auto store = world.encrypted();
  CHECK(store.find(session_key) == Secret{"rt-1"});
  store.store(session_key, "", Secret{"new"});
  CHECK(decode_header(world.content("default.encrypted"), "f").cost == cost);
  CHECK(world.encrypted().find(session_key) == Secret{"new"});
}

TEST_CASE("one profile's file under another's name is refused") {
  StoreFixture world;
  const auto content = sealed_example(world);
  world.put("work.encrypted", content);
  check_said(failure_of([&] { (void)world.encrypted().find({"work", issuer, "session"}); }));
}

TEST_CASE("a wrong passphrase opens nothing, and overwrites nothing") {
  StoreFixture world;
  const auto good = sealed_example(world);
  world.asked.passphrase = "correct house";
  auto store = world.encrypted();
  CHECK(is_refused(failure_of([&] { (void)store.find(session_key); })));
  CHECK(is_refused(failure_of([&] { store.store(session_key, "", Secret{"x"}); })));
  CHECK(is_refused(failure_of([&] { store.prepare(session_key); })));
  CHECK(store.list() == std::vector{KeychainKey{"default", "", ""}}); // known by its name only
  CHECK(world.content("default.encrypted") == good);
  world.asked.passphrase = "correct horse";
  CHECK(store.find(session_key) == Secret{"rt-1"}); // after a typing error one may try again
}

TEST_CASE("a process asks for the passphrase once, however much it reads and writes") {
  StoreFixture world;
  sealed_example(world);
  CHECK(world.asked.created == 1);
  auto store = world.encrypted();
  for (int round = 0; round < 20; ++round) {
    store.store(session_key, "", Secret{"rt-" + std::to_string(round)});
    CHECK(store.find(session_key) == Secret{"rt-" + std::to_string(round)});
  }
  store.store({"work", issuer, "session"}, "", Secret{"other"});
  CHECK(store.list().size() == 2);
  CHECK(world.asked.opened == 1);
  CHECK(world.asked.created == 1); // the second profile's file takes the same
}

TEST_CASE("every writing takes a new nonce, every new file a new salt") {
  StoreFixture world;
  auto store = world.encrypted();
  std::set<std::string> nonces;
  for (int round = 0; round < 5; ++round) {
    store.store(session_key, "", Secret{"same"});
    nonces.insert(decode_header(world.content("default.encrypted"), "f").nonce);
  }
  store.store({"work", issuer, "session"}, "", Secret{"same"});
  CHECK(nonces.size() == 5);
  CHECK(decode_header(world.content("default.encrypted"), "f").salt !=
        decode_header(world.content("work.encrypted"), "f").salt);
}

TEST_CASE("the passphrase is asked for before the lock is taken") {
  StoreFixture world;
  bool asked_before = false;
  world.files.on_lock = [&] { asked_before = world.asked.created == 1; };
  world.encrypted().store(session_key, "", Secret{"x"});
  CHECK(asked_before);
}

TEST_CASE("the state never asks: without a known passphrase the store is locked") {
  StoreFixture world;
  world.asked.quiet = false;
  CHECK(world.encrypted().state(nullptr) == KeychainState::ok); // nothing there to be locked
  sealed_example(world);
  const auto created = world.asked.created;
  auto store = world.encrypted();
  std::string detail;
  CHECK(store.state(&detail) == KeychainState::locked);
  CHECK(detail == "the store is encrypted and no passphrase was given");
  CHECK(world.asked.opened + world.asked.created == created);
  CHECK(store.find(session_key) == Secret{"rt-1"});
  CHECK(store.state(&detail) == KeychainState::ok); // it has been given by now
}

TEST_CASE("the state of a store whose passphrase is wrong is failing") {
  StoreFixture world;
  sealed_example(world);
  world.asked.passphrase = "wrong";
  std::string detail;
  CHECK(world.encrypted().state(&detail) == KeychainState::failing);
  CHECK(is_refused(detail));
}
