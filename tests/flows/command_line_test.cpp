#include "fakes/world.hpp"

#include <doctest/doctest.h>

using namespace chutes;

TEST_CASE("--version prints name and version on standard output and touches nothing") {
  fakes::World world;
  CHECK(world.run({"--version"}) == 0);
  CHECK(world.terminal.output == std::string{"chutes-login "} + CHUTES_VERSION + "\n");
  CHECK(world.keychain.reads == 0);
}

TEST_CASE("--help lists every command, and each command's --help its options") {
  fakes::World world;
  CHECK(world.run({"--help"}) == 0);
  for (const char* word : {"login", "logout", "status", "whoami", "balance", "refresh", "token", "invoke",
                           "--json", "--profile"})
    CHECK_MESSAGE(world.terminal.output.find(word) != std::string::npos, word);
  world.terminal.output.clear();
  CHECK(world.run({"login", "--help"}) == 0);
  for (const char* word :
       {"--no-browser", "--wait", "--scope", "--port", "--client-secret-stdin", "--public-client", "--force"})
    CHECK_MESSAGE(world.terminal.output.find(word) != std::string::npos, word);
}

TEST_CASE("help COMMAND is that command's --help") {
  fakes::World world;
  fakes::World other;
  CHECK(world.run({"help", "token"}) == 0);
  CHECK(other.run({"token", "--help"}) == 0);
  CHECK(world.terminal.output == other.terminal.output);
}

TEST_CASE("a mistake on the command line exits 2, names what was not expected, and says where to read") {
  fakes::World world;
  CHECK(world.run({"token", "--colour"}) == 2);
  CHECK(
      world.terminal.errors ==
      "chutes-login: unexpected argument --colour\nhint: 'chutes-login token --help' lists what it takes\n");
}

TEST_CASE("a secret given as an option's value is refused without being repeated") {
  fakes::World world;
  SUBCASE("after a space") {
    CHECK(world.run({"whoami", "--api-key", "cpk_geheim"}) == 2);
  }
  SUBCASE("after an equals sign") {
    CHECK(world.run({"whoami", "--api-key=cpk_geheim"}) == 2);
  }
  SUBCASE("alone") {
    CHECK(world.run({"whoami", "cpk_geheim"}) == 2);
  }
  CHECK(world.terminal.errors.find("geheim") == std::string::npos);
}

TEST_CASE("a profile name that could be something else is refused") {
  fakes::World world;
  CHECK(world.run({"status", "--profile", "../x"}) == 2);
  CHECK(world.run({"status", "--profile", std::string(65, 'a')}) == 2);
}

TEST_CASE("an issuer must be https, or on this machine") {
  fakes::World world;
  CHECK(world.run({"status", "--issuer", "http://idp.example.org"}) == 2);
  CHECK(world.run({"status", "--issuer", "ftp://x"}) == 2);
}

TEST_CASE("--timeout wants a sensible number of seconds") {
  fakes::World world;
  CHECK(world.run({"status", "--timeout", "0"}) == 2);
  CHECK(world.run({"status", "--timeout", "soon"}) == 2);
}
