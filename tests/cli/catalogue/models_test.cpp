// `models`, and what invoke makes of the names it has seen there.
#include "cli/cache/name_cache.hpp"
#include "facts.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::flows;

namespace {

constexpr const char* models_url = "https://llm.chutes.ai/v1/models";
constexpr const char* chat_url = "https://llm.chutes.ai/v1/chat/completions";
constexpr const char* two_models =
    R"({"object":"list","data":[{"id":"deepseek-ai/DeepSeek-V3.2-TEE","price":{"input":{"usd":0.25},"output":{"usd":0.88}},"context_length":163840,"supported_features":["tools"]},{"id":"Qwen/Qwen3-32B-TEE","pricing":{"prompt":0.08,"completion":0.55}}]})";

struct ModelsWorld : fakes::World {
  ModelsWorld() {
    variables["HOME"] = "/home/ada";
    sign_in_beforehand(*this);
  }
};

} // namespace

TEST_CASE("models lists what can be asked, with prices, and sends no credential for it") {
  ModelsWorld world;
  world.http.expect("GET", models_url, 200, two_models).look = [](const HttpRequest& request) {
    CHECK(request.headers == HttpHeaders{{"Accept", "application/json"}});
  };
  SUBCASE("in a pipe") {
    CHECK(world.run({"models"}) == 0);
    CHECK(world.terminal.output ==
          "deepseek-ai/DeepSeek-V3.2-TEE\t0.25\t0.88\t163840\ttools\nQwen/Qwen3-32B-TEE\t0.08\t0.55\t?\t\n");
  }
  SUBCASE("on a terminal") {
    world.terminal.output_tty = true;
    CHECK(world.run({"models", "qwen"}) == 0);
    CHECK(world.terminal.output == "MODEL               IN $/M  OUT $/M  CONTEXT  FEATURES\n"
                                   "Qwen/Qwen3-32B-TEE    0.08     0.55        ?\n");
  }
  SUBCASE("as JSON: the service's own entries") {
    CHECK(world.run({"models", "--json", "--sort", "price"}) == 0);
    CHECK(world.terminal.output.starts_with(
        R"([{"id":"Qwen/Qwen3-32B-TEE","pricing":{"prompt":0.08,"completion":0.55}},{"id":)"));
  }
  CHECK(world.keychain.reads == 0);
}

TEST_CASE("a filter that matches nothing is a notice, not a failure") {
  ModelsWorld world;
  world.http.expect("GET", models_url, 200, two_models);
  CHECK(world.run({"models", "gpt"}) == 0);
  CHECK(world.terminal.output.empty());
  CHECK(world.terminal.errors.find("'gpt'") != std::string::npos);
  check_golden(world.terminal.errors);
}

TEST_CASE("an unknown model is answered with the names it may have been meant as") {
  ModelsWorld world;
  world.http.expect("GET", models_url, 200, two_models);
  CHECK(world.run({"models"}) == 0);
  const auto hint_for = [&](const std::string& model) {
    world.http.expect("POST", chat_url, 404, R"({"detail":"model not found: x"})");
    world.terminal.errors.clear();
    CHECK(world.run({"invoke", "-m", model, "hello"}) == 6);
    return world.terminal.errors.substr(world.terminal.errors.find("hint: "));
  };
  CHECK(
      missing(hint_for("deepseek-v3"), {" deepseek-ai/DeepSeek-V3.2-TEE?", "'chutes-login models'"}).empty());
  CHECK(missing(hint_for("Qwen/Qwen4-32B-TEE"), {" Qwen/Qwen3-32B-TEE?", "'chutes-login models'"}).empty());
  const auto no_name = hint_for("gpt-5");
  CHECK(no_name.find("'chutes-login models'") != std::string::npos);
  CHECK(no_name.find('?') == std::string::npos);
  world.clock.advance(std::chrono::hours{24 * 31});
  world.variables["CHUTES_ACCESS_TOKEN"] = "cak_given";
  CHECK(hint_for("Qwen/Qwen4-32B-TEE") == no_name);
}

TEST_CASE("a name is never proposed for itself: what the service has listed is there, and the address is at "
          "fault") {
  CHECK(cli::near_names("abc", {"abc", "abd", "ABC"}) == std::vector<std::string>{"ABC", "abd"});
  ModelsWorld world;
  world.http.expect("GET", models_url, 200, two_models);
  CHECK(world.run({"models"}) == 0);
  const std::string listed = "Qwen/Qwen3-32B-TEE";
  for (const auto& [model, body] :
       {std::pair{listed, R"({"detail":"No matching cord found!"})"},
        {listed, R"({"detail":"model not found: x"})"},
        {listed, "<p>404</p>"},
        {std::string{"Qwen/Qwen4-32B-TEE"}, R"({"detail":"No matching chute found!"})"},
        {std::string{"gpt-5"}, R"({"detail":"No matching cord found!"})"}}) {
    CAPTURE(body);
    world.http.expect("POST", chat_url, 404, body);
    world.terminal.errors.clear();
    CHECK(world.run({"invoke", "-m", model, "hello"}) == 6);
    CHECK(missing(world.terminal.errors, {"CHUTES_LLM_URL", "'chutes-login models'"}).empty());
    CHECK(world.terminal.errors.find("did you mean") == std::string::npos);
  }
  check_golden(world.terminal.errors);
}

TEST_CASE("names that cannot be kept cost nothing but the comfort") {
  ModelsWorld world;
  world.files.disk_full = true;
  world.http.expect("GET", models_url, 200, two_models);
  CHECK(world.run({"models"}) == 0);
  CHECK(world.terminal.errors.empty());
}

TEST_CASE("a list of models that is none is the service's fault, not an empty list") {
  for (const char* body : {R"({"data":{}})", R"({"data":"x"})", R"({"data":null})", "[]"}) {
    ModelsWorld world;
    world.http.expect("GET", models_url, 200, body);
    CHECK_MESSAGE(world.run({"models"}) == 6, body);
    CHECK(world.terminal.output.empty());
  }
}

TEST_CASE("no models at all is told from none of that name") {
  ModelsWorld world;
  world.http.expect("GET", models_url, 200, R"({"object":"list","data":[]})");
  SUBCASE("all") {
    CHECK(world.run({"models"}) == 0);
  }
  SUBCASE("of a name") {
    CHECK(world.run({"models", "no\x1bsuch"}) == 0);
  }
  CHECK(world.terminal.output.empty());
  check_golden(world.terminal.errors);
}
