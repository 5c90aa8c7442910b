#include "facts.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"
#include "store/store_choice.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

// What a store's files lie in, for a person whose home is /home/ada.
constexpr const char* directory = "/home/ada/.local/share/chutes-login/";

// A world with a session in the keychain.
struct SignedInWorld : fakes::World {
  SignedInWorld() {
    variables["HOME"] = "/home/ada";
    sign_in_beforehand(*this);
  }
};

} // namespace

TEST_CASE("--store and CHUTES_STORE choose where secrets are looked for, the option first") {
  SignedInWorld world;
  CHECK(world.run({"token"}) == 0);
  CHECK(world.run({"token", "--store", "plaintext"}) == 3); // a session in one store is not seen in another
  world.variables["CHUTES_STORE"] = "plaintext";
  CHECK(world.run({"token"}) == 3);
  CHECK(world.run({"token", "--store", "keychain"}) == 0);
}

TEST_CASE("an unknown store is a usage error, from the option and from the environment") {
  SignedInWorld world;
  CHECK(world.run({"token", "--store", "cloud"}) == 2);
  CHECK(missing(world.terminal.errors,
                {"'cloud'\nhint: ", "--store", "CHUTES_STORE", "keychain", "file", "plaintext"})
            .empty());
  check_golden(world.terminal.errors);
  world.variables["CHUTES_STORE"] = "Keychain";
  CHECK(world.run({"token"}) == 2);
}

TEST_CASE("a session in an encrypted file asks for its passphrase, and rejects a wrong one") {
  SignedInWorld world;
  Environment environment{world.variables};
  const auto encrypted = store::make_file_store(
      {world.files, world.random, environment, [](const std::string&) { return Secret{"open sesame"}; }});
  for (const auto& [key, secret] : world.keychain.items)
    encrypted->store(key, "label", secret);
  CHECK(world.files.files.contains(std::string{directory} + "default.encrypted"));

  world.terminal.answers = {"open sesame", "open barley"};
  CHECK(world.run({"token", "--store", "file"}) == 0);
  CHECK(world.terminal.output == "cak_first\n");
  REQUIRE(world.terminal.questions.size() == 1);
  CHECK(world.terminal.questions.front().find(std::string{directory} + "default.encrypted") !=
        std::string::npos);
  CHECK(world.run({"token", "--store", "file"}) == 7);
  CHECK(world.run({"token", "--store", "file"}) == 7); // no answer
}

TEST_CASE("--no-input asks for no passphrase and says where one could come from") {
  SignedInWorld world;
  Environment environment{world.variables};
  store::make_file_store(
      {world.files, world.random, environment, [](const std::string&) { return Secret{"open sesame"}; }})
      ->store(session_key, "label", world.keychain.items.at(session_key));
  world.terminal.answers = {"open sesame"};
  CHECK(world.run({"token", "--store", "file", "--no-input"}) == 7);
  CHECK(world.terminal.questions.empty());
  CHECK(world.terminal.errors.find("CHUTES_STORE_PASSPHRASE_FILE") != std::string::npos);
}

TEST_CASE("status says which store it is and what protects it there") {
  SignedInWorld world;
  Environment environment{world.variables};
  store::make_plaintext_store(world.files, environment)
      ->store(session_key, "label", world.keychain.items.at(session_key));
  CHECK(world.run({"status", "--store", "plaintext"}) == 0);
  CHECK(missing(world.terminal.output, {"plaintext file", "file mode"}).empty());
  check_golden(world.terminal.output);
  CHECK(world.run({"status", "--store", "plaintext", "--json"}) == 0);
  CHECK(world.terminal.output.find(R"("store":"plaintext")") != std::string::npos);
}
