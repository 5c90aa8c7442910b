#pragma once

#include "service/chat/chat_completion.hpp"

#include <string>
#include <string_view>

namespace chutes::service {

// Records what it receives.
struct RecordingListener final : ChatListener {
  std::string said;
  std::string thought;
  int pieces = 0;
  void text(std::string_view piece) override {
    said += piece;
    ++pieces;
  }
  void reasoning(std::string_view piece) override { thought += piece; }
};

struct Heard {
  ChatOutcome outcome;
  std::string said;
  std::string thought;
  int pieces = 0;
};

// Reads `bytes` as they would come in pieces of that size.
inline Heard hear(std::string_view bytes, bool streamed = true, bool cut = false, std::size_t piece = 7) {
  RecordingListener listener;
  ChatReader reader{listener, streamed};
  for (std::size_t at = 0; at < bytes.size() && !reader.done(); at += piece)
    reader.feed(bytes.substr(at, piece));
  auto outcome = reader.finish(cut);
  return {std::move(outcome), listener.said, listener.thought, listener.pieces};
}

inline std::string event(std::string_view data) {
  return "data: " + std::string{data} + "\n\n";
}

// A chunk of the first choice.
inline std::string delta(std::string_view fields) {
  return event(
      R"({"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{)" +
      std::string{fields} + R"(},"finish_reason":null}],"usage":null})");
}

inline std::string finish(std::string_view reason) {
  return event(
      R"({"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":")" +
      std::string{reason} + R"("}]})");
}

} // namespace chutes::service
