// How fast the event stream and the text in its events are read, without a network or a process: `decoder MIB
// ROUNDS` prints the megabytes a second of five ways over the same bytes, in turns, a line a round:
//   copying them, decoding events, events to text as `invoke` does, events and a whole parse of each, and the
//   parse alone.
#include "base/event_stream.hpp"
#include "service/chat/chunk_fast_path.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using chutes::EventStream;

constexpr std::size_t piece = 16U << 10U; // what one read from the network gives

std::string document(std::size_t number) {
  return R"({"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1,"model":"bench/model","choices":[{"index":0,)"
         R"("delta":{"content":" word and another","reasoning_content":null},"logprobs":null,"finish_reason":null,)"
         R"("matched_stop":null}],"usage":{"prompt_tokens":7,"completion_tokens":)" +
         std::to_string(number) + R"(,"total_tokens":)" + std::to_string(number + 7) + "}}";
}

std::string stream_of(std::size_t bytes) {
  std::string stream;
  stream.reserve(bytes + 1024);
  for (std::size_t number = 1; stream.size() < bytes; ++number)
    stream += "data: " + document(number) + "\n\n";
  return stream;
}

template <typename OnEvent>
void decode(const std::string& stream, OnEvent on_event) {
  EventStream events;
  for (std::size_t at = 0; at < stream.size(); at += piece)
    events.feed(std::string_view{stream}.substr(at, piece), on_event);
}

std::size_t copied(const std::string& stream) {
  static std::vector<char> into(piece);
  std::size_t sum = 0;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    const auto part = std::string_view{stream}.substr(at, piece);
    std::memcpy(into.data(), part.data(), part.size());
    sum += static_cast<unsigned char>(into[part.size() / 2]);
  }
  return sum;
}

std::size_t decoded(const std::string& stream) {
  std::size_t sum = 0;
  decode(stream, [&](std::string_view data) { sum += data.size(); });
  return sum;
}

std::size_t told(const std::string& stream) {
  chutes::service::ChunkFastPath shape;
  std::string text;
  std::size_t sum = 0;
  decode(stream, [&](std::string_view data) {
    text.clear();
    if (!shape.read(data, text))
      if (const auto chunk = chutes::parse_json(data))
        shape.learn(data, *chunk);
    sum += text.size();
  });
  return sum;
}

std::size_t parsed(const std::string& stream) {
  std::size_t sum = 0;
  decode(stream, [&](std::string_view data) {
    sum += nlohmann::json::parse(data)["choices"][0]["delta"]["content"].get_ref<const std::string&>().size();
  });
  return sum;
}

std::size_t parsed_alone(const std::string& stream) {
  std::size_t sum = 0;
  constexpr std::size_t head = 6; // "data: "
  for (std::size_t begin = 0; begin < stream.size();) {
    const auto end = stream.find('\n', begin);
    const auto data = std::string_view{stream}.substr(begin + head, end - begin - head);
    sum += nlohmann::json::parse(data)["choices"][0]["delta"]["content"].get_ref<const std::string&>().size();
    begin = end + 2;
  }
  return sum;
}

double megabytes_a_second(const std::string& stream, std::size_t (*way)(const std::string&)) {
  const auto began = std::chrono::steady_clock::now();
  const volatile std::size_t sum = way(stream);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return sum > 0 ? static_cast<double>(stream.size()) / 1e6 / took.count() : 0;
}

} // namespace

int main(int count, char** words) {
  if (count != 3)
    return 2;
  const auto stream = stream_of(std::strtoul(words[1], nullptr, 10) << 20U);
  for (unsigned long round = std::strtoul(words[2], nullptr, 10) + 1; round > 0;
       --round) { // the first finds cold caches
    for (auto* way : {copied, decoded, told, parsed, parsed_alone})
      std::printf("%.1f ", megabytes_a_second(stream, way));
    std::printf("\n");
  }
  return 0;
}
