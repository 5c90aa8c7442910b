// Calls of cords whose bodies are forms, whose answers hold media, and that take their time.
#include "base/base64.hpp"
#include "base/json_fields.hpp"
#include "cli/temporary_file.hpp"
#include "flows/signed_in.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::flows;

namespace {

constexpr const char* url = "https://x.chutes.ai/y";
const std::string png = "\x89PNG\r\n\x1A\n" + std::string(40, 'p');
const std::string wav = "RIFF1234WAVEfmt " + std::string(20, 'w');

struct TransferWorld : fakes::World {
  TransferWorld() { sign_in_beforehand(*this); }
  fakes::ScriptedHttp::Exchange& expect_call(const std::string& type, std::vector<std::string> pieces,
                                             const std::string& method = "POST") {
    auto& exchange = http.expect(method, url, 200);
    exchange.response.headers = {{"Content-Type", type}};
    exchange.pieces = std::move(pieces);
    return exchange;
  }
};

std::string pictures() {
  return json_line(
      Json{{"seed", 7}, {"images", {base64_encode(png), "data:audio/wav;base64," + base64_encode(wav)}}});
}

} // namespace

TEST_CASE("fields go as a form where -H says so") {
  TransferWorld world;
  SUBCASE("urlencoded") {
    world.expect_call("text/plain", {"ok"}).look = [](const HttpRequest& request) {
      CHECK(request.body == "a=b+c&n=2");
      CHECK(request.headers == HttpHeaders{{"Authorization", "Bearer cak_first"},
                                           {"Accept", "*/*"},
                                           {"Content-Type", "application/x-www-form-urlencoded"}});
    };
    CHECK(world.run({"invoke", url, "-f", "a=b c", "-F", "n=2", "-H",
                     "Content-Type: application/x-www-form-urlencoded"}) == 0);
  }
  SUBCASE("multipart, with a file") {
    const TemporaryFile file{png, "cat.png"};
    world.expect_call("text/plain", {"ok"}).look = [](const HttpRequest& request) {
      CHECK(request.headers.back().second == "multipart/form-data; boundary=chutes-login-form");
      CHECK(request.body.find("name=\"image\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n\r\n" +
                              png) != std::string::npos);
    };
    CHECK(world.run({"invoke", url, "-f", "a=b", "-F", "image=@" + file.path(), "-H",
                     "content-type: multipart/form-data"}) == 0);
  }
  SUBCASE("any other type is given with -d") {
    CHECK(world.run({"invoke", url, "-f", "a=b", "-H", "Content-Type: text/csv"}) == 2);
    CHECK(world.http.requests.empty());
  }
}

TEST_CASE("a file goes as it is, with the type it is said to have") {
  TransferWorld world;
  const TemporaryFile file{png};
  world.expect_call("text/plain", {"ok"}).look = [](const HttpRequest& request) {
    CHECK(request.body == png);
    CHECK(request.headers.back().second == "image/png");
  };
  CHECK(world.run({"invoke", url, "-d", "@" + file.path(), "-H", "Content-Type: image/png"}) == 0);
}

TEST_CASE("media inside JSON are written beside it in a directory, named by their types") {
  TransferWorld world;
  const auto document = pictures();
  world.expect_call("application/json", {document.substr(0, 30), document.substr(30)}, "GET");
  SUBCASE("for people") {
    CHECK(world.run({"invoke", url, "-o", "out/"}) == 0);
    for (const auto& fact : {std::to_string(document.size()) + " bytes to out/answer.json (application/json)",
                             std::string{"48 bytes to out/answer.png (image/png)"},
                             std::string{"36 bytes to out/answer.wav (audio/wav)"}})
      CHECK_MESSAGE(world.terminal.errors.find(fact) != std::string::npos, fact);
    check_golden(world.terminal.errors);
  }
  SUBCASE("for scripts") {
    CHECK(world.run({"invoke", url, "-o", "out/", "--json"}) == 0);
    CHECK(world.terminal.output == R"({"path":"out/answer.json","bytes":)" + std::to_string(document.size()) +
                                       R"(,"content_type":"application/json","media":[)"
                                       R"({"path":"out/answer.png","bytes":48,"content_type":"image/png"},)"
                                       R"({"path":"out/answer.wav","bytes":36,"content_type":"audio/wav"}]})"
                                       "\n");
  }
  CHECK(world.output_files.files["out/answer.json"] == document);
  CHECK(world.output_files.files["out/answer.png"] == png);
  CHECK(world.output_files.files["out/answer.wav"] == wav);
}

TEST_CASE("a file named like a picture is given the first one inside, and the others are numbered") {
  TransferWorld world;
  const auto document = json_line(
      Json{{"data", {{{"b64_json", base64_encode(png)}}, {{"b64_json", base64_encode(png + "2")}}}}});
  world.expect_call("application/json", {document}, "GET");
  CHECK(world.run({"invoke", url, "-o", "pictures/cat.png"}) == 0);
  CHECK(world.output_files.files["pictures/cat.png"] == png);
  CHECK(world.output_files.files["pictures/cat-2.png"] == png + "2");
  CHECK(world.output_files.files.size() == 2);
  for (const char* fact : {"48 bytes to pictures/cat.png", "49 bytes to pictures/cat-2.png"})
    CHECK_MESSAGE(world.terminal.errors.find(fact) != std::string::npos, fact);
}

TEST_CASE("JSON without media, and JSON for any other file, is written as it came") {
  TransferWorld world;
  SUBCASE("no picture inside") {
    world.expect_call("application/json", {R"({"status":"busy"})"}, "GET");
    CHECK(world.run({"invoke", url, "-o", "cat.png"}) == 0);
    CHECK(world.output_files.files["cat.png"] == R"({"status":"busy"})");
    CHECK(world.terminal.errors.find("17 bytes to cat.png (application/json)") != std::string::npos);
  }
  SUBCASE("a file for JSON") {
    world.expect_call("application/json", {pictures()}, "GET");
    CHECK(world.run({"invoke", url, "-o", "answer.json"}) == 0);
    CHECK(world.output_files.files["answer.json"] == pictures());
    CHECK(world.output_files.files.size() == 1);
  }
}

TEST_CASE("what came of JSON that was cut is in the file, although its media were waited for") {
  TransferWorld world;
  world.expect_call("application/json", {R"({"images":["iVBOR)"}, "GET").cut =
      std::make_exception_ptr(Error{ErrorKind::network, "the connection was cut"});
  CHECK(world.run({"invoke", url, "-o", "cat.png"}) == 10);
  CHECK(world.output_files.files["cat.png"] == R"({"images":["iVBOR)");
}

TEST_CASE("a large download into a file shows how far it is, on a terminal only, and takes the line away") {
  TransferWorld world;
  world.expect_call("video/mp4", {std::string(1U << 20U, 'a'), std::string(3U << 20U, 'b')}, "GET")
      .response.headers.emplace_back("Content-Length", "4194304");
  SUBCASE("a terminal") {
    world.terminal.error_tty = true;
    CHECK(world.run({"invoke", url, "-o", "film.mp4"}) == 0);
    CHECK(world.terminal.progress_lines ==
          std::vector<std::string>{"Receiving [██████░░░░░░░░░░░░░░░░░░] 25 % of 4.0 MiB", ""});
  }
  SUBCASE("no terminal") {
    CHECK(world.run({"invoke", url, "-o", "film.mp4"}) == 0);
    CHECK(world.terminal.progress_lines.empty());
  }
  SUBCASE("--quiet") {
    world.terminal.error_tty = true;
    CHECK(world.run({"invoke", url, "-o", "film.mp4", "--quiet"}) == 0);
    CHECK(world.terminal.progress_lines.empty());
  }
  CHECK(world.output_files.files["film.mp4"].size() == 4U << 20U);
}

TEST_CASE("a large upload shows how far it is; a small one, and a small answer, show nothing") {
  TransferWorld world;
  world.terminal.error_tty = true;
  world.expect_call("image/png", {png});
  SUBCASE("large") {
    const TemporaryFile file{std::string(2U << 20U, 'x')};
    CHECK(world.run({"invoke", url, "-d", "@" + file.path(), "-H", "Content-Type: text/plain", "-o",
                     "a.png"}) == 0);
    CHECK(world.terminal.progress_lines ==
          std::vector<std::string>{"Sending [████████████████████████] 100 % of 2.0 MiB", ""});
  }
  SUBCASE("small") {
    CHECK(world.run({"invoke", url, "-d", "{}", "-o", "a.png"}) == 0);
    CHECK(world.terminal.progress_lines.empty());
  }
}
