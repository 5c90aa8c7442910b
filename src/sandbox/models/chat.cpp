#include "sandbox/models/chat.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace chutes::sandbox {
namespace {

// 32 hexadecimal digits in the form of the service's verification value, derived from `text` (two FNV-1a
// hashes).
std::string verification(std::string_view text) {
  std::uint64_t first = 14695981039346656037ULL;
  std::uint64_t second = 1099511628211ULL;
  for (const char c : text) {
    first = (first ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    second = (second ^ first) * 14029467366897019727ULL;
  }
  char hex[33];
  std::snprintf(hex, sizeof hex, "%016llx%016llx", static_cast<unsigned long long>(first),
                static_cast<unsigned long long>(second));
  return hex;
}

Json usage(std::size_t prompt_tokens, std::size_t completion_tokens, std::size_t reasoning_tokens) {
  return {{"prompt_tokens", prompt_tokens},
          {"total_tokens", prompt_tokens + completion_tokens},
          {"completion_tokens", completion_tokens},
          {"prompt_tokens_details", nullptr},
          {"reasoning_tokens", reasoning_tokens}};
}

Json or_null(const std::string& text) {
  return text.empty() ? Json{} : Json(text);
}

const char* object_name(CompletionKind kind, bool chunk) {
  if (kind == CompletionKind::text)
    return "text_completion";
  return chunk ? "chat.completion.chunk" : "chat.completion";
}

// Builds the events of one stream; each counts the tokens so far.
class EventWriter {
public:
  EventWriter(const Generation& generation, const CompletionFacts& facts)
      : m_generation(generation), m_facts(facts) {}

  std::vector<std::string> write() {
    if (m_facts.kind == CompletionKind::chat)
      add(choice({{"role", "assistant"}, {"content", ""}, {"reasoning_content", nullptr}}, {}), false);
    for (const auto& piece : m_generation.reasoning)
      piece_event({{"role", nullptr}, {"content", nullptr}, {"reasoning_content", piece}});
    for (const auto& piece : m_generation.pieces)
      piece_event({{"role", nullptr}, {"content", piece}, {"reasoning_content", nullptr}});
    add(choice({{"content", ""}}, m_generation.finish_reason), true);
    add(Json::array(), true);
    m_events.emplace_back("data: [DONE]\n\n");
    return std::move(m_events);
  }

private:
  void piece_event(const Json& delta) {
    ++m_tokens;
    add(choice(delta, {}), true);
  }

  [[nodiscard]] Json choice(const Json& delta, const std::string& finish_reason) const {
    Json entry{{"index", 0}};
    if (m_facts.kind == CompletionKind::chat)
      entry["delta"] = delta;
    else
      entry["text"] = delta.at("content");
    entry["logprobs"] = nullptr;
    entry["finish_reason"] = or_null(finish_reason);
    entry["matched_stop"] = finish_reason.empty() ? Json{} : or_null(m_generation.matched_stop);
    return Json::array({entry});
  }

  void add(Json choices, bool with_usage) {
    Json chunk{{"id", m_facts.id},
               {"object", object_name(m_facts.kind, true)},
               {"created", m_facts.created},
               {"model", m_facts.model},
               {"choices", std::move(choices)}};
    const auto reasoning = std::min(m_tokens, m_generation.reasoning.size());
    chunk["usage"] = with_usage ? usage(m_generation.prompt_tokens, m_tokens, reasoning) : Json{};
    chunk["chutes_verification"] = verification(m_facts.id + std::to_string(m_events.size()));
    m_events.push_back("data: " + json_line(chunk) + "\n\n");
  }

  const Generation& m_generation;
  const CompletionFacts& m_facts;
  std::size_t m_tokens = 0;
  std::vector<std::string> m_events;
};

} // namespace

Json completion_answer(const Generation& generation, const CompletionFacts& facts) {
  Json entry{{"index", 0}};
  if (facts.kind == CompletionKind::chat)
    entry["message"] = {{"role", "assistant"},
                        {"content", generation.text()},
                        {"tool_calls", nullptr},
                        {"reasoning_content", or_null(generation.reasoning_text())}};
  else
    entry["text"] = generation.text();
  entry["logprobs"] = nullptr;
  entry["finish_reason"] = generation.finish_reason;
  entry["matched_stop"] = or_null(generation.matched_stop);
  return {
      {"id", facts.id},
      {"object", object_name(facts.kind, false)},
      {"created", facts.created},
      {"model", facts.model},
      {"choices", Json::array({entry})},
      {"usage", usage(generation.prompt_tokens, generation.completion_tokens(), generation.reasoning.size())},
      {"metadata", {{"weight_version", "default"}}},
      {"chutes_verification", verification(facts.id)}};
}

std::vector<std::string> completion_events(const Generation& generation, const CompletionFacts& facts) {
  return EventWriter{generation, facts}.write();
}

} // namespace chutes::sandbox
