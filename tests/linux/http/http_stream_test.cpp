#include "linux/http/wire_fixture.hpp"
#include "said.hpp"

#include <future>
#include <numeric>
#include <stdexcept>

namespace chutes::on_linux {
namespace {

constexpr const char* chunked_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

} // namespace

TEST_CASE("the first piece of a stream arrives before the server sends the second, after the head") {
  std::promise<void> head_heard, piece_heard;
  ScriptedServer server{{[&](Visitor& visitor) {
    visitor.read_request();
    visitor.send(chunked_head);
    if (head_heard.get_future().wait_for(std::chrono::seconds{5}) != std::future_status::ready)
      return;
    visitor.send("5\r\nfirst\r\n");
    if (piece_heard.get_future().wait_for(std::chrono::seconds{5}) != std::future_status::ready)
      return;
    visitor.send("6\r\nsecond\r\n0\r\n\r\n");
  }}};
  Wire wire;
  std::vector<std::string> pieces;
  const auto response = wire.client.stream(
      Wire::request("GET", server.url()),
      [&](const HttpResponse& head) {
        CHECK(head.status == 200);
        CHECK(pieces.empty());
        head_heard.set_value();
      },
      [&](std::string_view piece) {
        if (pieces.empty())
          piece_heard.set_value();
        pieces.emplace_back(piece);
        return ReadResult::more;
      });
  CHECK(response.status == 200);
  CHECK(response.body.empty());
  CHECK(pieces == std::vector<std::string>{"first", "second"});
}

TEST_CASE("chunks that arrive together are passed on together") {
  const std::string half(6000, 'x'); // one read takes 16 KiB
  const std::string chunk = "1770\r\n" + half + "\r\n";
  ScriptedServer server{{answer_with(chunked_head + chunk + chunk + "0\r\n\r\n")}};
  Wire wire;
  std::vector<std::string> pieces;
  wire.client.stream(Wire::request("GET", server.url()), {}, [&](std::string_view piece) {
    pieces.emplace_back(piece);
    return ReadResult::more;
  });
  CHECK(pieces == std::vector{half + half});
}

TEST_CASE("the body of an error is collected, not given to the sink") {
  ScriptedServer server{{answer_with("HTTP/1.1 429 Slow Down\r\nContent-Length: 4\r\n\r\nwait")}};
  Wire wire;
  int heads = 0;
  const auto response = wire.client.stream(
      Wire::request("GET", server.url()), [&](const HttpResponse&) { ++heads; },
      [](std::string_view) {
        FAIL("the sink was given an error's body");
        return ReadResult::more;
      });
  CHECK(heads == 1);
  CHECK(response.status == 429);
  CHECK(response.body == "wait");
}

TEST_CASE("a stream may be longer than the limit of what is kept in memory") {
  ScriptedServer server{{answer_with(ok_response(std::string(100'000, 'x')))}};
  Wire wire;
  auto request = Wire::request("GET", server.url());
  request.body_limit = 10;
  std::size_t size = 0;
  wire.client.stream(request, {}, [&](std::string_view piece) {
    size += piece.size();
    return ReadResult::more;
  });
  CHECK(size == 100'000);
}

TEST_CASE("the bytes sent of a request are reported piece by piece, and all of them in the end") {
  const std::string body(1'000'000, 'x');
  ScriptedServer server{{answer_with(ok_response("ok"))}};
  Wire wire;
  auto request = Wire::request("POST", server.url());
  request.body = body;
  std::vector<std::size_t> pieces;
  request.on_sent = [&](std::size_t bytes) { pieces.push_back(bytes); };
  CHECK(wire.client.send(request).body == "ok");
  CHECK(pieces.size() >= 4);
  const auto sum = std::accumulate(pieces.begin(), pieces.end(), std::size_t{0});
  CHECK(sum > body.size()); // with the head
  CHECK(sum < body.size() + 1000);
}

TEST_CASE("what a hearer of sent bytes throws ends the request and is thrown on") {
  ScriptedServer server{{[](Visitor& visitor) { visitor.wait_for_end(); }}};
  Wire wire;
  auto request = Wire::request("POST", server.url());
  request.on_sent = [](std::size_t) { throw std::runtime_error{"enough"}; };
  CHECK_THROWS_WITH(wire.client.send(request), "enough");
}

TEST_CASE("a sink that stops ends the request, its connection and nothing else") {
  ScriptedServer server{{[](Visitor& visitor) {
                           visitor.read_request();
                           visitor.send(std::string{chunked_head}.append("1\r\na\r\n"));
                           visitor.wait_for_end();
                         },
                         answer_with(ok_response("next"))}};
  Wire wire;
  std::string heard;
  const auto response =
      wire.client.stream(Wire::request("GET", server.url()), {}, [&](std::string_view piece) {
        heard += piece;
        return ReadResult::stop;
      });
  CHECK(response.status == 200);
  CHECK(heard == "a");
  CHECK(wire.get(server.url()).body == "next");
}

TEST_CASE("what a sink or a hearer of heads throws ends the request and is thrown on") {
  ScriptedServer server{
      {answer_with(ok_response("a")), answer_with(ok_response("a")), answer_with("HTTP/1.1 204 -\r\n\r\n")}};
  Wire wire;
  const auto throwing_head = [](const HttpResponse&) { throw std::out_of_range{"head"}; };
  const auto sink = [](std::string_view) { return ReadResult::more; };
  const auto request = Wire::request("GET", server.url());
  CHECK_THROWS_AS(wire.client.stream(request, {},
                                     [](std::string_view) -> ReadResult { throw std::out_of_range{"sink"}; }),
                  std::out_of_range);
  CHECK_THROWS_AS(wire.client.stream(request, throwing_head, sink), std::out_of_range);
  CHECK_THROWS_AS(wire.client.stream(request, throwing_head, sink), std::out_of_range);
}

TEST_CASE("the head of an answer without a body is heard once") {
  ScriptedServer server{{answer_with("HTTP/1.1 204 No Content\r\n\r\n")}};
  Wire wire;
  int heads = 0;
  wire.client.stream(
      Wire::request("GET", server.url()), [&](const HttpResponse&) { ++heads; },
      [](std::string_view) { return ReadResult::more; });
  CHECK(heads == 1);
}

TEST_CASE("a stream that is cut is an error after the pieces that came") {
  ScriptedServer server{{answer_with(std::string{chunked_head}.append("5\r\nhello\r\n5\r\nwo"))}};
  Wire wire;
  std::string heard;
  check_said(failure_of([&] {
               wire.client.stream(Wire::request("GET", server.url()), {}, [&](std::string_view piece) {
                 heard += piece;
                 return ReadResult::more;
               });
             }),
             ErrorKind::network, {{server.url().authority(), "AUTHORITY"}});
  CHECK(heard.starts_with("hello"));
}

} // namespace chutes::on_linux
