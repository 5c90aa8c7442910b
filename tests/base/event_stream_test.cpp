#include "base/error.hpp"
#include "base/event_stream.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace chutes;

namespace {

using Events = std::vector<std::string>;

Events feed(EventStream& stream, std::string_view bytes, std::size_t piece) {
  Events events;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    stream.feed(bytes.substr(at, piece), [&](std::string_view data) { events.emplace_back(data); });
  return events;
}

Events events_of(std::string_view bytes) {
  EventStream stream;
  return feed(stream, bytes, bytes.size() + 1);
}

// What the stream says must not depend on how the network cut it.
void check_events(std::string_view bytes, const Events& expected) {
  for (std::size_t piece = 1; piece <= bytes.size() + 1; ++piece) {
    EventStream stream;
    CHECK_MESSAGE(feed(stream, bytes, piece) == expected, "in pieces of ", piece);
  }
}

} // namespace

TEST_CASE("events end at blank lines, whatever the line break and wherever the bytes are split") {
  check_events("data: one\n\ndata: two\n\n", {"one", "two"});
  check_events("data: one\r\n\r\ndata: two\r\n\r\n", {"one", "two"});
  check_events("data: one\r\rdata: two\r\r", {"one", "two"});
  check_events("data: one\r\n\ndata: two\n\r\n", {"one", "two"});
  check_events("data: one\n\r\n\rdata: two\r\n\n\n", {"one", "two"});
}

TEST_CASE("several data lines are one event with line breaks between them") {
  check_events("data: one\ndata: two\ndata:\ndata\n\n", {"one\ntwo\n\n"});
}

TEST_CASE("one space after the colon belongs to the format, further ones to the data") {
  check_events("data:one\n\ndata:  two\n\ndata: three: four\n\n", {"one", " two", "three: four"});
}

TEST_CASE("comments, other fields and blank lines make no event") {
  check_events(": a comment\n\n\nid: 1\nretry: 10\n\ndata: one\nevent: x\n: more\n\n", {"one"});
  EventStream stream;
  CHECK(feed(stream, ":\n: keep alive\nid: 7\nevent\n\n", 3).empty());
  CHECK_FALSE(stream.has_stray_lines());
  CHECK_FALSE(stream.is_malformed());
}

TEST_CASE("an event has its own name and nobody else's, and with a name it needs no data") {
  const std::string_view bytes =
      "event: first\nevent: ping\n\ndata: one\n\nevent:error\ndata: two\n\ndata: three\n\nevent: end";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    EventStream stream;
    Events events;
    const auto note = [&](std::string_view data) {
      events.push_back(stream.name() + "|" + std::string{data});
    };
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      stream.feed(bytes.substr(at, piece), note);
    stream.finish(note);
    CHECK(events == Events{"ping|", "|one", "error|two", "|three", "end|"});
  }
}

TEST_CASE("a data field without a value is an event without text") {
  check_events("data\n\ndata:\n\n", {"", ""});
}

TEST_CASE("a byte order mark at the beginning is skipped, and only there") {
  check_events("\xEF\xBB\xBF"
               "data: one\n\n\xEF\xBB\xBF"
               "data: two\n\ndata: three\n\n",
               {"one", "", "three"});
}

TEST_CASE("UTF-8 and NUL pass byte for byte") {
  check_events(std::string_view{"data: \xF0\x9F\x98\x80\0x\n\n", 14},
               {std::string{"\xF0\x9F\x98\x80\0x", 6}});
}

TEST_CASE("what no blank line and no line break completed is taken at the end") {
  for (const std::string_view end :
       {"data: two\ndata: thr", "data: two\ndata: thr\n", "data: two\ndata: thr\r\n"}) {
    EventStream stream;
    CHECK(feed(stream, "data: one\n\n" + std::string{end}, 4) == Events{"one"});
    Events events;
    stream.finish([&](std::string_view data) { events.emplace_back(data); });
    CHECK(events == Events{"two\nthr"});
  }
}

TEST_CASE("lines without 'data:' are kept in order until they are taken, with and without a line break at "
          "the end") {
  const std::string error = "{\n  \"error\": \"x\"\n}";
  for (const std::string end : {"", "\n", "\n\n"})
    for (std::size_t piece = 1; piece < 40; ++piece) {
      EventStream stream;
      auto events = feed(stream, "data: one\n\n" + error + end, piece);
      stream.finish([&](std::string_view data) { events.emplace_back(data); });
      CHECK(events == Events{"one", ""});
      CHECK(stream.is_malformed());
      CHECK(stream.take_stray_lines() == error + "\n");
      CHECK_FALSE(stream.has_stray_lines());
      CHECK(stream.is_malformed());
    }
}

TEST_CASE("many small events of more than 16 MiB together are fine in one piece or many") {
  const std::string event = "data: " + std::string(1000, 'x') + "\n\n";
  std::string all;
  while (all.size() <= (17U << 20U))
    all += event;
  const auto expected = all.size() / event.size();
  CHECK(events_of(all).size() == expected);
  EventStream stream;
  CHECK(feed(stream, all, 65536).size() == expected);
}

TEST_CASE("a piece that is nothing but line breaks takes no longer than it is long") {
  EventStream stream;
  int events = 0;
  std::string piece(4U << 20U, '\r');
  piece.append("data: a\r\r");
  stream.feed(piece, [&](std::string_view) { ++events; });
  CHECK(events == 1);
}

TEST_CASE("an event of more than 16 MiB is refused, as one line or as many") {
  const auto kind_of_failure = [](const std::string& piece) {
    EventStream stream;
    std::size_t fed = 0;
    try {
      for (; fed < (40U << 20U); fed += piece.size())
        stream.feed(piece, [](std::string_view) { FAIL("an event came"); });
    } catch (const Error& error) {
      CHECK(fed <= (17U << 20U));
      return error.kind();
    }
    return ErrorKind::internal;
  };
  CHECK(kind_of_failure(std::string(1U << 20U, 'x')) == ErrorKind::service);
  CHECK(kind_of_failure("data: " + std::string(1U << 20U, 'x') + "\n") == ErrorKind::service);
}

TEST_CASE("what a listener throws ends the feeding") {
  EventStream stream;
  CHECK_THROWS_AS(stream.feed("data: one\n\ndata: two\n\n",
                              [](std::string_view) {
                                throw Error{ErrorKind::reader_gone, "gone"};
                              }),
                  Error);
}

TEST_CASE("a stream is astray where something came that is none of the format") {
  const auto is_malformed = [](const std::string& bytes) {
    EventStream stream;
    static_cast<void>(feed(stream, bytes, 3));
    stream.finish([](std::string_view) {});
    return stream.is_malformed();
  };
  for (const char* text : {"<html>", "<html>\n", "{\"a\":1}", "data: one\n\noops", "dat"})
    CHECK_MESSAGE(is_malformed(text), text);
  for (const char* text :
       {"", "data: one\n\n", "data: {\"a", "data", ": comment", "event: x\nid: 1\nretry: 5"})
    CHECK_MESSAGE(!is_malformed(text), text);
}
