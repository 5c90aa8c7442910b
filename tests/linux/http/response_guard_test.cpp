#include "linux/http/response_guard.hpp"
#include "linux/http/wire_fixture.hpp"

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

constexpr const char* malformed_header = "could not understand api.test: a header of its answer is malformed";
constexpr const char* malformed_chunks =
    "could not understand api.test: the chunks of its answer are malformed";
constexpr const char* ambiguous = "could not understand api.test: the length of its answer is ambiguous";
constexpr const char* cut = "the connection to api.test was cut in mid-answer";

} // namespace

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
  CHECK(failure(wire) == "could not understand api.test: the head of its answer is too long");
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

TEST_CASE("Connection: close, HTTP/1.0 and bytes nobody asked for use a connection up") {
  CHECK_FALSE(read("HTTP/1.1 204 -\r\nConnection: Keep-Alive, Close\r\n\r\n").reusable);
  CHECK_FALSE(read("HTTP/1.0 200 -\r\nContent-Length: 0\r\n\r\n").reusable);
  CHECK_FALSE(read("HTTP/1.1 200 -\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 -\r\n\r\n").reusable);
}

TEST_CASE("what is not HTTP/1 is refused at its first wrong byte") {
  const std::string other = "could not understand api.test: it does not speak HTTP/1.1 there";
  CHECK(failure("S") == other);
  CHECK(failure("SSH-2.0-OpenSSH_9.2\r\n") == other);
  CHECK(failure("HTTP/2 200\r\n") == other);
  CHECK(failure("\r\nHTTP/1.1 200 OK\r\n\r\n") == other);
}

TEST_CASE("a malformed status line is refused") {
  for (const char* line : {"HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1  200 OK", "HTTP/1.1 099 -",
                           "HTTP/1.1 600 -", "HTTP/1.2 200 OK", "HTTP/1.1 200 a\x01", "HTTP/1.1"})
    CHECK(failure(std::string{line} + "\r\n\r\n") ==
          "could not understand api.test: the first line of its answer is not HTTP/1.1");
}

TEST_CASE("a status line may go without its reason") {
  CHECK(read("HTTP/1.1 204\r\n\r\n").complete);
  CHECK(read("HTTP/1.1 204 \r\n\r\n").complete);
}

TEST_CASE("malformed header lines are refused: folding, spaces in or after names, control characters") {
  for (const std::string& line :
       {std::string{"A: 1\r\n folded"}, std::string{"A b: 1"}, std::string{"A : 1"}, std::string{": 1"},
        std::string{"nothing"}, std::string{"A: 1\rB: 2"}, std::string{"A: a\0b", 6}})
    CHECK(failure("HTTP/1.1 200 OK\r\n" + line + "\r\n\r\n") == malformed_header);
}

TEST_CASE("a line that ends with a bare line feed is refused") {
  CHECK(failure("HTTP/1.1 200 OK\n") ==
        "could not understand api.test: a line of its answer ends improperly");
}

TEST_CASE("a head of more than 64 KiB is refused: long reason, endless line, endless headers") {
  const std::string too_long = "could not understand api.test: the head of its answer is too long";
  CHECK(failure("HTTP/1.1 200 " + std::string(70'000, 'a')) == too_long);
  CHECK(failure("HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'a')) == too_long);
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 20'000; ++i)
    many += "A: 1\r\n";
  CHECK(failure(many) == too_long);
}

TEST_CASE("a Content-Length that is no number, or is there twice, is refused") {
  for (const char* value : {"abc", "-1", "+1", "5x", "", "0x5", "1 2", "5, 5", "99999999999999999999"})
    CHECK(failure("HTTP/1.1 200 OK\r\nContent-Length: " + std::string{value} + "\r\n\r\n") == ambiguous);
  CHECK(failure("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n") == ambiguous);
  CHECK(failure("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n") == ambiguous);
}

TEST_CASE("a Transfer-Encoding other than exactly chunked, or beside a length, is refused") {
  for (const char* value : {"gzip, chunked", "chunked, chunked", "identity", "chunked;q=1", "xchunked", ""})
    CHECK(failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + std::string{value} + "\r\n\r\n") == ambiguous);
  CHECK(failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n") == ambiguous);
  CHECK(failure("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") == ambiguous);
  CHECK(read("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n0\r\n\r\n").complete);
}

TEST_CASE("a compressed body nobody asked for is refused, since a cut one would pass unnoticed") {
  CHECK(failure("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n") ==
        "could not understand api.test: its answer is compressed though nobody asked for that");
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 0\r\n\r\n").complete);
}

TEST_CASE("a switch of protocols nobody asked for is refused") {
  CHECK(failure("HTTP/1.1 101 Switching Protocols\r\n\r\n") ==
        "could not understand api.test: it switches to a protocol nobody asked for");
}

TEST_CASE("chunk data that is not followed by a line end is refused") {
  CHECK(failure(chunked("5\r\nhelloX")) == "");
  CHECK(failure(chunked("5\r\nhelloX\r\n")) ==
        "could not understand api.test: a chunk of its answer is longer than it says");
  CHECK(failure(chunked("5\r\nhello\n")) == malformed_chunks);
}

TEST_CASE("malformed chunk sizes are refused") {
  for (const char* line : {"", "g", "-5", "0x5", "5 5", "5,", "+5", "10000000000000000", " 5"})
    CHECK(failure(chunked(std::string{line} + "\r\n")) == malformed_chunks);
  CHECK(failure(chunked("5\n")) == malformed_chunks);
  CHECK(failure(chunked("5;" + std::string(5000, 'a'))) ==
        "could not understand api.test: a line between the chunks of its answer is too long");
}

TEST_CASE("an end in mid-answer is an error wherever it comes") {
  CHECK(failure("", true) == "api.test closed the connection without an answer");
  for (const std::string& wire :
       {std::string{"HTTP/1.1 200"}, std::string{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"},
        chunked(""), chunked("5\r\nhel"), chunked("5\r\nhello\r"), chunked("5\r\nhello\r\n"),
        chunked("5\r\nhello\r\n0\r\n"), chunked("5\r\nhello\r\n0\r\nA: 1\r\n"),
        std::string{"HTTP/1.1 100 Continue\r\n\r\n"}})
    CHECK(failure(wire, true) == cut);
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
  CHECK(failure(wire) == "could not understand api.test: the trailers of its answer are too long");
}

} // namespace chutes::on_linux
