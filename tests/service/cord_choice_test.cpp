// Which cord a call chooses: by path, method and stream, by the chute's template, or because it is the only
// one.
#include "base/error.hpp"
#include "golden.hpp"
#include "service/cord_choice.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::service;

namespace {

Cord cord(const std::string& method, const std::string& path, bool stream = false) {
  Cord made;
  made.method = method;
  made.path = path;
  made.stream = stream;
  return made;
}

Chute chute(std::vector<Cord> cords, const std::string& standard_template = "") {
  Chute made;
  made.name = "My chute";
  made.standard_template = standard_template;
  made.cords = std::move(cords);
  return made;
}

Error refusal(const Chute& of, const CordSelector& selector) {
  try {
    static_cast<void>(choose_cord(of, selector));
  } catch (const Error& error) {
    return error;
  }
  return Error{ErrorKind::internal, "no error"};
}

} // namespace

TEST_CASE("a cord is chosen by its path, with or without the slash in front") {
  const auto two = chute({cord("POST", "/echo"), cord("GET", "/info")});
  CHECK(choose_cord(two, {.path = "/info"}) == two.cords[1]);
  CHECK(choose_cord(two, {.path = "echo"}) == two.cords[0]);
}

TEST_CASE("without a path the only one is chosen, whatever its methods") {
  const auto one = chute({cord("POST", "/run"), cord("GET", "/run")});
  CHECK(choose_cord(one, {}) == one.cords[0]);
  CHECK(choose_cord(one, {.method = "GET"}) == one.cords[1]);
}

TEST_CASE("without a path the standard one of the template is chosen") {
  const std::pair<const char*, const char*> standard[] = {
      {"vllm", "/v1/chat/completions"}, {"embedding", "/v1/embeddings"}, {"diffusion", "/generate"}};
  for (const auto& [name, path] : standard) {
    const auto made = chute({cord("GET", "/v1/models"), cord("POST", path)}, name);
    CHECK(choose_cord(made, {}) == made.cords[1]);
  }
}

TEST_CASE("of a path that is served streamed and whole, the request decides") {
  const auto both = chute({cord("POST", "/run", true), cord("POST", "/run", false)});
  CHECK(choose_cord(both, {.path = "/run", .stream = true}) == both.cords[0]);
  CHECK(choose_cord(both, {.path = "/run", .stream = false}) == both.cords[1]);
  const auto only_streamed = chute({cord("POST", "/run", true)});
  CHECK(choose_cord(only_streamed, {}) == only_streamed.cords[0]);
}

TEST_CASE("if no cord matches, or none is selected, the error lists them") {
  const auto two = chute({cord("POST", "/echo"), cord("GET", "/count", true)});
  std::string all;
  for (const auto& selector :
       {CordSelector{}, CordSelector{.path = "/none"}, CordSelector{.path = "/echo", .method = "GET"}}) {
    const auto error = refusal(two, selector);
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(std::string{error.what()}.starts_with("My chute has "));
    CHECK(error.hint().ends_with("POST /echo, GET /count (streams)"));
    all += error.what() + ("\n" + error.hint()) + "\n";
  }
  const auto none = refusal(chute({}), {});
  CHECK(none.kind() == ErrorKind::usage);
  CHECK(none.hint().find("POST") == std::string::npos);
  check_golden(all + none.what() + "\n" + none.hint());
}
