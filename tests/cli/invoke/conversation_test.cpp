// `--continue`: conversations that go on from one command to the next, and what is kept of them.
#include "base/json_fields.hpp"
#include "cli/invoke/chat_events.hpp"
#include "cli/temporary_file.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace chutes;
using namespace chutes::flows;

namespace {

const std::string directory = "/home/ada/.local/state/chutes-login/conversations/";

struct ConversationWorld : fakes::World {
  ConversationWorld() { variables["HOME"] = "/home/ada"; }

  // Asks with these words; the model says `text`. The messages that were sent.
  std::string ask(std::vector<std::string> words, const std::string& text, const char* reason = "stop",
                  int code = 0) {
    answer(*this, {said(text), finished(reason), done_marker});
    words.insert(words.begin(), {"invoke", "-m", "m"});
    terminal.output.clear();
    terminal.errors.clear();
    CHECK(run(words) == code);
    return json_line((*parse_json(http.requests.back().body))["messages"]);
  }
  std::string kept(const std::string& name = "default") {
    const auto found = files.files.find(directory + name + ".jsonl");
    return found == files.files.end() ? "" : found->second.reveal();
  }
  void keep(const std::string& content, const std::string& name = "default") {
    files.files.insert_or_assign(directory + name + ".jsonl", Secret{content});
  }
};

const std::string turn =
    R"({"at":"2026-11-23T10:59:00Z","model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"finish_reason":"stop"})"
    "\n";

} // namespace

TEST_CASE("a conversation begins with its first question, and goes on with everything said in it") {
  ConversationWorld world;
  CHECK(world.ask({"--continue", "--system", "Be brief", "--", "Hi"}, "Hello") ==
        R"([{"role":"system","content":"Be brief"},{"role":"user","content":"Hi"}])");
  CHECK(world.terminal.errors.empty());
  CHECK(world.ask({"And", "you?", "--continue"}, "Fine") ==
        R"([{"role":"system","content":"Be brief"},{"role":"user","content":"Hi"},)"
        R"({"role":"assistant","content":"Hello"},{"role":"user","content":"And you?"}])");
  CHECK(world.terminal.errors.find("'default' after 1 turn") != std::string::npos);
  check_golden(world.terminal.errors);
  CHECK(world.terminal.output == "Fine\n");
}

TEST_CASE("each turn is one line of JSON, with what was asked, what was answered, by whom and when") {
  ConversationWorld world;
  static_cast<void>(world.ask({"Hi", "--continue"}, "Hello"));
  const auto line = world.kept();
  REQUIRE(line.ends_with("\n"));
  const auto kept = parse_json(std::string_view{line}.substr(0, line.size() - 1));
  REQUIRE(kept);
  CHECK(string_field(*kept, "model") == "m");
  CHECK(parse_time(string_field(*kept, "at").value_or("")) == world.clock.now());
  CHECK(json_line((*kept)["messages"]) ==
        R"([{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}])");
  CHECK(string_field(*kept, "finish_reason") == "stop");
}

TEST_CASE("conversations have names of their own, and without one the profile's") {
  ConversationWorld world;
  static_cast<void>(world.ask({"Hi", "--continue=tour"}, "Hello"));
  static_cast<void>(world.ask({"Hi", "--continue", "other"}, "Hello"));
  CHECK(!world.kept("tour").empty());
  CHECK(!world.kept("other").empty());
  CHECK(world.kept().empty());
  world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
  static_cast<void>(world.ask({"Hi", "--continue", "--profile", "work"}, "Hello"));
  CHECK(!world.kept("work").empty());
}

TEST_CASE("a name that is none is a usage error, so that a prompt is not taken for one in silence") {
  ConversationWorld world;
  sign_in_beforehand(world);
  CHECK(world.run({"invoke", "-m", "m", "--continue", "What is PKCE?"}) == 2);
  CHECK(world.terminal.errors.find("--continue=NAME") != std::string::npos);
  CHECK(world.run({"invoke", "-m", "m", "--continue", "Hello"}) == 2);
  CHECK(world.terminal.errors.find("'Hello'") != std::string::npos);
  check_golden(world.terminal.errors);
  CHECK(world.run({"invoke", "-m", "m", "--continue=../escape", "x"}) == 2);
  CHECK(world.run({"invoke", "-m", "m", "--continue=.hidden", "x"}) == 2);
  CHECK(world.run({"invoke", "-m", "m", "--continue=" + std::string(65, 'a'), "x"}) == 2);
  CHECK(world.http.requests.empty());
}

TEST_CASE("an answer that failed, was cut or breaks its schema is not kept as if it were whole") {
  ConversationWorld world;
  world.keep(turn);
  std::vector<std::string> words{"invoke", "-m", "m", "x", "--continue"};
  const TemporaryFile schema{R"({"type":"object"})"};
  int code = 0;
  SUBCASE("cut") {
    answer(world, {said("Hel")});
    code = 10;
  }
  SUBCASE("failed") {
    answer(world, {said("Hel"), R"({"error":"engine died"})"});
    code = 6;
  }
  SUBCASE("without a word") {
    answer(world, {finished("tool_calls"), done_marker});
    code = 0;
  }
  SUBCASE("against its schema") {
    answer(world, {said("words"), finished("stop"), done_marker});
    words.insert(words.end(), {"--schema", schema.path()});
    code = 6;
  }
  SUBCASE("at a limit that was to fail") {
    answer(world, {said("Hel"), finished("length"), done_marker});
    words.emplace_back("--fail-on=length");
    code = 10;
  }
  CHECK(world.run(words) == code);
  CHECK(world.kept() == turn);
}

TEST_CASE("an answer that the length limit ended is kept with its reason, so that one can ask for the rest") {
  ConversationWorld world;
  static_cast<void>(world.ask({"Tell", "--continue"}, "Once", "length"));
  CHECK(world.kept().find(R"("finish_reason":"length")") != std::string::npos);
  CHECK(world.ask({"Go on", "--continue"}, "upon").find("Once") != std::string::npos);
}

TEST_CASE("a last line that a killed writer left is no turn, and is gone after the next") {
  ConversationWorld world;
  world.keep(turn + turn.substr(0, 40));
  CHECK(
      world.ask({"x", "--continue"}, "y") ==
      R"([{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"},{"role":"user","content":"x"}])");
  const auto kept = world.kept();
  CHECK(kept.starts_with(turn + R"({"at":)"));
  CHECK(std::count(kept.begin(), kept.end(), '\n') == 2);
}

TEST_CASE("another process's turn, added while the model answered, stays whole beside ours") {
  ConversationWorld world;
  answer(world, {said("Hello"), finished("stop"), done_marker}).look = [&](const HttpRequest&) {
    world.keep(turn);
  };
  CHECK(world.run({"invoke", "-m", "m", "x", "--continue"}) == 0);
  CHECK(world.kept().starts_with(turn + R"({"at":)"));
}

TEST_CASE("a file that is no conversation, or that others can read, is refused before anything is sent") {
  ConversationWorld world;
  sign_in_beforehand(world);
  SUBCASE("a line that is no turn") {
    world.keep(turn + "{\"messages\":[]}\n");
    CHECK(world.run({"invoke", "-m", "m", "x", "--continue"}) == 2);
    CHECK(world.terminal.errors.find("line 2 of " + directory + "default.jsonl") != std::string::npos);
  }
  SUBCASE("open to others") {
    world.files.unreadable = true;
    CHECK(world.run({"invoke", "-m", "m", "x", "--continue"}) == 2);
    CHECK(world.terminal.errors.find("is open to other users") != std::string::npos);
  }
  SUBCASE("full") {
    world.keep(R"({"messages":[{"role":"user","content":")" + std::string(15U << 20U, 'x') + "\"}]}\n");
    CHECK(world.run({"invoke", "-m", "m", "x", "--continue"}) == 2);
    CHECK(world.terminal.errors.find("'default'") != std::string::npos);
  }
  SUBCASE("no place for it") {
    world.variables.erase("HOME");
    CHECK(world.run({"invoke", "-m", "m", "x", "--continue"}) == 2);
    CHECK(world.terminal.errors.find("HOME") != std::string::npos);
  }
  CHECK(world.http.requests.empty());
  check_golden(world.terminal.errors);
}

TEST_CASE("an answer that cannot be kept stands on standard output, and the failure is said") {
  ConversationWorld world;
  world.keep(turn);
  world.files.disk_full = true;
  static_cast<void>(world.ask({"x", "--continue"}, "Hello", "stop", 1));
  CHECK(world.terminal.output == "Hello\n");
  CHECK(world.terminal.errors.find("cannot write") != std::string::npos);
  check_golden(world.terminal.errors);
  CHECK(world.kept() == turn);
}

TEST_CASE("a later system prompt holds from there on") {
  ConversationWorld world;
  static_cast<void>(world.ask({"a", "--continue", "--system", "One"}, "b"));
  CHECK(world.ask({"c", "--continue", "--system", "Two"}, "d")
            .starts_with(R"([{"role":"system","content":"Two"})"));
  CHECK(world.ask({"e", "--continue"}, "f").starts_with(R"([{"role":"system","content":"Two"})"));
}

TEST_CASE("--dry-run shows the whole conversation and keeps nothing") {
  ConversationWorld world;
  world.keep(turn);
  CHECK(world.run({"invoke", "-m", "m", "x", "--continue", "--dry-run"}) == 0);
  CHECK(world.terminal.output.find(R"({"role":"assistant","content":"Hello"})") != std::string::npos);
  CHECK(world.kept() == turn);
  CHECK(world.http.requests.empty());
}
