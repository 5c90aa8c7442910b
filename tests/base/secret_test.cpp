#include "base/secret.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <type_traits>

using namespace chutes;

static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<std::string, Secret>);

TEST_CASE("a secret is equal to another of the same text only") {
  CHECK(Secret{"cak_a"} == Secret{"cak_a"});
  CHECK(!(Secret{"cak_a"} == Secret{"cak_b"}));
  CHECK(!(Secret{"cak_a"} == Secret{"cak_"}));
  CHECK(Secret{} == Secret{""});
  CHECK(Secret{}.empty());
  CHECK(!equal_in_constant_time("a", ""));
  CHECK(equal_in_constant_time("", ""));
}

TEST_CASE("copies and moves carry the text, and what was moved from is empty") {
  for (const std::string text : {"short", "a text that is long enough to live on the heap of the process"}) {
    Secret first{text};
    Secret copy = first;
    CHECK(copy.reveal() == text);
    Secret moved = std::move(first);
    CHECK(moved.reveal() == text);
    CHECK(first.empty()); // NOLINT: the state after a move is promised
    Secret assigned{"another secret, to be overwritten by what follows"};
    assigned = std::move(moved);
    CHECK(assigned.reveal() == text);
    CHECK(moved.empty()); // NOLINT
    const Secret& same = assigned;
    assigned = same;
    CHECK(assigned.reveal() == text);
    assigned = copy;
    CHECK(assigned == copy);
  }
}

TEST_CASE("wiping overwrites the characters where they lie") {
  std::string text = "a text that is long enough to live on the heap of the process";
  const char* place = text.data();
  const auto length = text.size();
  wipe(text);
  CHECK(text.empty());
  CHECK(text.data() == place);
  CHECK(std::string(place, length) == std::string(length, '\0'));
}

TEST_CASE("what looks like a credential is distinguished from the words that people type") {
  for (const char* secret : {"cpk_x", "a cak_1 b", "csc_", "xcrt_y", "eyJhbGciOiJIUzI1NiJ9.e30.x",
                             "deb91282a25244a2cae9e6e96974363c", "key=Zq8vN3xR7tK2mWc5yB9dF4hJ6",
                             "11111111-2222-4333-8444-55555555555a", "xZ-_q8vN3xR7tK2/mWc5yB9dF4hJ6"})
    CHECK_MESSAGE(looks_like_a_secret(secret), secret);
  for (const char* word :
       {"", "whoami", "--client-secret-stdin", "deepseek-ai/DeepSeek-V3.2-TEE",
        "Qwen/Qwen3-235B-A22B-Instruct-2507-TEE", "chutesai/Mistral-Small-3.2-24B-Instruct-2506",
        "a-word-of-many-words-without-digits", "123456789012345678901234567890",
        "several words 1 and 2 that are long", "abcdefgh 1234567890 abcdefgh"})
    CHECK_FALSE_MESSAGE(looks_like_a_secret(word), word);
}
