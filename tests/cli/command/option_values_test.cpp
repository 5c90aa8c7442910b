// The values of options: of every option of every command, what an empty one is, and which numbers fit.
#include "cli/help/command_table.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

struct Valued {
  std::vector<std::string> command;
  std::string name;
};

// Every name of every option that takes a value.
std::vector<Valued> valued_options() {
  std::vector<Valued> all;
  for (const auto& entry : cli::command_table(cli::all_commands())) {
    const auto command = entry.name.empty() ? "whoami" : entry.name;
    const auto space = command.find(' ');
    std::vector<std::string> words{command.substr(0, space)};
    if (space != std::string::npos)
      words.push_back(command.substr(space + 1));
    for (const auto& option : entry.options)
      if (!option.placeholder.empty() || !option.choices.empty())
        for (const auto& name : option.names)
          all.push_back({words, name});
  }
  return all;
}

int run(fakes::World& world, std::vector<std::string> words, const std::vector<std::string>& more) {
  world.terminal.errors.clear();
  words.insert(words.end(), more.begin(), more.end());
  return world.run(words);
}

} // namespace

TEST_CASE("no option of any command accepts an empty value, and nothing is sent") {
  fakes::World world;
  sign_in_beforehand(world);
  const auto options = valued_options();
  CHECK(options.size() > 80);
  for (const auto& [command, name] : options) {
    CAPTURE(command.back());
    CAPTURE(name);
    CHECK(run(world, command, {name, ""}) == 2);
    CHECK(world.terminal.errors.find("--") != std::string::npos);
    if (!name.starts_with("--"))
      continue;
    CHECK(run(world, command, {name, "", "word"}) == 2);
    CHECK(run(world, command, {name + "="}) == 2);
    CHECK(world.terminal.errors.find(name) != std::string::npos);
    CHECK(run(world, command, {name + "=", "word"}) == 2); // which is not its value
    CHECK(world.terminal.errors.find(name) != std::string::npos);
  }
  CHECK(world.http.requests.empty());
}

TEST_CASE("an empty value says which option has it, and what it takes") {
  fakes::World world;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"invoke", "-m", "m", "--seed", "", "x"},
        {"invoke", "-m", "", "x"},
        {"invoke", "-m", "m", "--system=", "x"},
        {"invoke", "-m", "m", "--stop", "", "x"},
        {"invoke", "-m", "m", "--continue=", "x"},
        {"invoke", "-m", "m", "--reasoning", "", "x"},
        {"balance", "--usage="}})
    CHECK(world.run(words) == 2);
  check_golden(world.terminal.errors);
}

TEST_CASE("a number that does not fit is refused, not clamped") {
  fakes::World world;
  sign_in_beforehand(world);
  struct Row {
    const char* option;
    std::vector<std::string> values;
  };
  for (const auto& [option, values] : {
           Row{"--seed",
               {"9223372036854775808", "-9223372036854775809", "99999999999999999999", "1.5", "1e3", "0x10",
                "nan", " 1", "1 ", "1,000", "--"}},
           Row{"--max-tokens", {"0", "-1", "9223372036854775808", "1.5", "many"}},
           Row{"--temperature", {"nan", "inf", "-inf", "Infinity", "1e999", "-0.1", "0,5", "1.5x", "-"}},
           Row{"--retry", {"101", "-1", "18446744073709551616"}},
           Row{"--max-time", {"0", "-1", "nan", "inf", "1e400"}},
           Row{"--timeout", {"0x10", "99999999999999999999"}},
       })
    for (const auto& value : values) {
      CAPTURE(option);
      CAPTURE(value);
      CHECK(run(world, {"invoke", "-m", "m", "x"}, {std::string{option} + "=" + value}) == 2);
      CHECK(world.terminal.errors.find(option) != std::string::npos);
    }
  CHECK(world.http.requests.empty());
}

TEST_CASE("a number that fits is sent as it is") {
  for (const auto& [words, body] : {
           std::pair<std::vector<std::string>, const char*>{{"--seed", "9223372036854775807"},
                                                            R"("seed":9223372036854775807)"},
           {{"--seed", "-9223372036854775808"}, R"("seed":-9223372036854775808)"},
           {{"--seed=010"}, R"("seed":10)"},
           {{"--max-tokens", "1"}, R"("max_tokens":1)"},
           {{"--temperature", "0"}, R"("temperature":0.0)"},
           {{"--temperature=1e-1"}, R"("temperature":0.1)"},
       }) {
    fakes::World world;
    sign_in_beforehand(world);
    CAPTURE(body);
    auto& exchange = world.http.expect("POST", "https://llm.chutes.ai/v1/chat/completions", 200);
    exchange.pieces = {
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: "
        "[DONE]\n\n"};
    exchange.response.headers = {{"Content-Type", "text/event-stream"}};
    CHECK(run(world, {"invoke", "-m", "m", "x"}, words) == 0);
    REQUIRE(!world.http.requests.empty());
    CHECK(world.http.requests.back().body.find(body) != std::string::npos);
  }
}
