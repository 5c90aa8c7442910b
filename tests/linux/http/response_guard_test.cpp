#include "linux/http/response_guard.hpp"
#include "linux/http/wire_fixture.hpp"
#include "said.hpp"

#include <array>

namespace chutes::on_linux {
namespace {

struct Read {
  std::string canonical; // what httplib gets to see
  bool complete = false;
  bool reusable = false;
  std::string failure;
};

// Feeds `wire` in pieces of `step` bytes and, if asked, its end.
Read read(const std::string& wire, bool ends, std::size_t step, const std::string& method) {
  ResponseGuard guard{method, "api.test"};
  Read result;
  try {
    for (std::size_t begin = 0; begin < wire.size(); begin += step)
      guard.feed(std::string_view{wire}.substr(begin, step));
    if (ends)
      guard.finish();
  } catch (const Error& error) {
    result.failure = error.what();
  }
  std::array<char, 3> piece{};
  while (const auto count = guard.take(piece))
    result.canonical.append(piece.data(), count);
  result.complete = guard.complete();
  result.reusable = guard.reusable();
  return result;
}

// Whole and byte by byte must come to the same.
Read read(const std::string& wire, bool ends = false, const std::string& method = "GET") {
  const auto whole = read(wire, ends, wire.size() + 1, method);
  const auto bytewise = read(wire, ends, 1, method);
  CHECK(whole.failure == bytewise.failure);
  CHECK(whole.complete == bytewise.complete);
  if (whole.failure.empty())
    CHECK(whole.canonical == bytewise.canonical);
  return whole;
}

std::string failure(const std::string& wire, bool ends = false) {
  return read(wire, ends).failure;
}

std::string chunked(const std::string& chunks) {
  return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

std::string interim(int count) {
  std::string heads;
  for (int i = 0; i < count; ++i)
    heads += "HTTP/1.1 103 Early Hints\r\n\r\n";
  return heads;
}

// Whether `failure` blames the other side and names `what`.
bool blames(const std::string& failure, std::string_view what) {
  return failure.find("api.test") != std::string::npos && failure.find(what) != std::string::npos;
}

constexpr const char* malformed_header = "header of its answer";
constexpr const char* malformed_chunks = "chunks of its answer are malformed";
constexpr const char* ambiguous = "length of its answer";
constexpr const char* cut = "in the middle";

} // namespace

TEST_CASE("a hundred interim responses may come before the answer, and not one more") {
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  CHECK(read(interim(100) + answer).complete);
  CHECK(blames(failure(interim(101) + answer), "interim"));
}

TEST_CASE("a response with a length passes in canonical form and leaves the connection usable") {
  const auto result = read("HTTP/1.1 200 Fine\r\nX-Any: a%0d%0ab\r\ncontent-length: 5\r\n\r\nhello");
  CHECK(result.canonical == "HTTP/1.1 200 -\r\nContent-Length: 5\r\n\r\nhello");
  CHECK(result.complete);
  CHECK(result.reusable);
}

TEST_CASE("headers are kept as the server wrote them, without percent-decoding, surrounding space trimmed") {
  ResponseGuard guard{"GET", "api.test"};
  guard.feed("HTTP/1.1 302 Found\r\nLocation: \t/?u=https%3A%2F%2Fa%0d%0ab \r\nX-Empty:\r\nContent-Length: "
             "0\r\n\r\n");
  const HttpHeaders expected{
      {"Location", "/?u=https%3A%2F%2Fa%0d%0ab"}, {"X-Empty", ""}, {"Content-Length", "0"}};
  CHECK(guard.head().status == 302);
  CHECK(guard.head().headers == expected);
  CHECK(guard.complete());
}

TEST_CASE("a chunked response passes without its extensions and trailers") {
  const auto result = read(chunked("5;name=\"v\"\r\nhello\r\nA \r\n0123456789\r\n0\r\nX-Check: 1\r\n\r\n"));
  CHECK(result.canonical ==
        "HTTP/1.1 200 -\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\na\r\n0123456789\r\n0\r\n\r\n");
  CHECK(result.complete);
  CHECK(result.reusable);
}

TEST_CASE("interim responses are swallowed") {
  const auto result =
      read("HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
           "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  CHECK(result.canonical == "HTTP/1.1 200 -\r\nContent-Length: 2\r\n\r\nok");
  CHECK(result.complete);
}

TEST_CASE("interim responses without end are too much") {
  std::string wire;
  for (int i = 0; i < 4000; ++i)
    wire += "HTTP/1.1 100 Continue\r\n\r\n";
  check_said(failure(wire));
}

TEST_CASE("an answer to HEAD, a 204 and a 304 have no body whatever their headers say") {
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", false, "HEAD").complete);
  CHECK(read("HTTP/1.1 204 No Content\r\n\r\n").complete);
  CHECK(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n").complete);
}

TEST_CASE("a body without length or chunks ends where the connection ends, which is then used up") {
  const auto result = read("HTTP/1.1 200 OK\r\n\r\nhello", true);
  CHECK(result.canonical == "HTTP/1.1 200 -\r\n\r\nhello");
  CHECK(result.complete);
  CHECK_FALSE(result.reusable);
  CHECK_FALSE(read("HTTP/1.1 200 OK\r\n\r\nhello").complete);
}

TEST_CASE("Connection: close, HTTP/1.0 and unrequested bytes make a connection unusable") {
  CHECK_FALSE(read("HTTP/1.1 204 -\r\nConnection: Keep-Alive, Close\r\n\r\n").reusable);
  CHECK_FALSE(read("HTTP/1.0 200 -\r\nContent-Length: 0\r\n\r\n").reusable);
  CHECK_FALSE(read("HTTP/1.1 200 -\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 -\r\n\r\n").reusable);
}

TEST_CASE("what is not HTTP/1 is refused at its first wrong byte") {
  const char* other = "HTTP/1.1";
  CHECK(blames(failure("S"), other));
  CHECK(blames(failure("SSH-2.0-OpenSSH_9.2\r\n"), other));
  CHECK(blames(failure("HTTP/2 200\r\n"), other));
  CHECK(blames(failure("\r\nHTTP/1.1 200 OK\r\n\r\n"), other));
}

TEST_CASE("a malformed status line is refused") {
  for (const char* line : {"HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1  200 OK", "HTTP/1.1 099 -",
                           "HTTP/1.1 600 -", "HTTP/1.2 200 OK", "HTTP/1.1 200 a\x01", "HTTP/1.1"})
    check_said(failure(std::string{line} + "\r\n\r\n"));
}

TEST_CASE("a status line may go without its reason") {
  CHECK(read("HTTP/1.1 204\r\n\r\n").complete);
  CHECK(read("HTTP/1.1 204 \r\n\r\n").complete);
}

TEST_CASE("malformed header lines are refused: folding, spaces in or after names, control characters") {
  for (const std::string& line :
       {std::string{"A: 1\r\n folded"}, std::string{"A b: 1"}, std::string{"A : 1"}, std::string{": 1"},
        std::string{"nothing"}, std::string{"A: 1\rB: 2"}, std::string{"A: a\0b", 6}})
    CHECK(blames(failure("HTTP/1.1 200 OK\r\n" + line + "\r\n\r\n"), malformed_header));
}

TEST_CASE("a line that ends with a bare line feed is refused") {
  check_said(failure("HTTP/1.1 200 OK\n"));
}

TEST_CASE("a head of more than 64 KiB is refused: long reason, endless line, endless headers") {
  const char* too_long = "head of its answer";
  CHECK(blames(failure("HTTP/1.1 200 " + std::string(70'000, 'a')), too_long));
  CHECK(blames(failure("HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'a')), too_long));
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 20'000; ++i)
    many += "A: 1\r\n";
  CHECK(blames(failure(many), too_long));
}

TEST_CASE("a Content-Length that is no number, or is there twice, is refused") {
  for (const char* value : {"abc", "-1", "+1", "5x", "", "0x5", "1 2", "5, 5", "99999999999999999999"})
    CHECK(
        blames(failure("HTTP/1.1 200 OK\r\nContent-Length: " + std::string{value} + "\r\n\r\n"), ambiguous));
  CHECK(blames(failure("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"), ambiguous));
  CHECK(blames(failure("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"), ambiguous));
}

TEST_CASE("a Transfer-Encoding other than exactly chunked, or beside a length, is refused") {
  for (const char* value : {"gzip, chunked", "chunked, chunked", "identity", "chunked;q=1", "xchunked", ""})
    CHECK(blames(failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + std::string{value} + "\r\n\r\n"),
                 ambiguous));
  CHECK(blames(failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
               ambiguous));
  CHECK(blames(failure("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), ambiguous));
  CHECK(read("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n0\r\n\r\n").complete);
}

TEST_CASE("an unrequested compressed body is refused, since a truncated one would pass unnoticed") {
  check_said(failure("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n"));
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 0\r\n\r\n").complete);
}

TEST_CASE("an unrequested switch of protocols is refused") {
  check_said(failure("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
}

TEST_CASE("chunk data that is not followed by a line end is refused") {
  CHECK(failure(chunked("5\r\nhelloX")) == "");
  check_said(failure(chunked("5\r\nhelloX\r\n")));
  CHECK(blames(failure(chunked("5\r\nhello\n")), malformed_chunks));
}

TEST_CASE("malformed chunk sizes are refused") {
  for (const char* line : {"", "g", "-5", "0x5", "5 5", "5,", "+5", "10000000000000000", " 5"})
    CHECK(blames(failure(chunked(std::string{line} + "\r\n")), malformed_chunks));
  CHECK(blames(failure(chunked("5\n")), malformed_chunks));
  check_said(failure(chunked("5;" + std::string(5000, 'a'))));
}

TEST_CASE("an end in the middle of an answer is an error wherever it comes") {
  check_said(failure("", true));
  for (const std::string& wire :
       {std::string{"HTTP/1.1 200"}, std::string{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"},
        chunked(""), chunked("5\r\nhel"), chunked("5\r\nhello\r"), chunked("5\r\nhello\r\n"),
        chunked("5\r\nhello\r\n0\r\n"), chunked("5\r\nhello\r\n0\r\nA: 1\r\n"),
        std::string{"HTTP/1.1 100 Continue\r\n\r\n"}})
    CHECK(blames(failure(wire, true), cut));
}

TEST_CASE("whatever is done to a response, it reads the same in one piece and byte by byte") {
  const std::vector<std::string> seeds{
      chunked("5;x=y\r\nhello\r\n0\r\nA: 1\r\n\r\n"),
      "HTTP/1.1 100 -\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"};
  constexpr std::string_view spice{"\r\n \t:;,0123456789abcdefX\0\x7f", 27};
  std::uint32_t chance = 1; // a linear congruential generator: the same cases in every run
  const auto next = [&](std::size_t below) {
    return (chance = chance * 1664525U + 1013904223U) / 65536U % below;
  };
  for (int round = 0; round < 4000; ++round) {
    std::string wire = seeds[next(seeds.size())];
    for (auto changes = 1 + next(3); changes > 0; --changes) {
      const auto at = next(wire.size());
      if (next(3) == 0)
        wire.erase(at, 1 + next(3));
      else
        wire.insert(at, 1, spice[next(spice.size())]);
    }
    CAPTURE(wire);
    const auto result = read(wire, true);
    CHECK((result.complete || !result.failure.empty()));
  }
}

TEST_CASE("trailers without end are too much") {
  std::string wire = chunked("0\r\n");
  for (int i = 0; i < 20'000; ++i)
    wire += "A: 1\r\n";
  check_said(failure(wire));
}

} // namespace chutes::on_linux
