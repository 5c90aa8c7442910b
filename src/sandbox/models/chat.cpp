#include "sandbox/models/chat.hpp"

#include "sandbox/models/token_logprobs.hpp"

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

// An id in the form of the engines', the same for the same call of the same answer.
std::string call_id(const CompletionFacts& facts, std::size_t choice, std::size_t call) {
  constexpr std::size_t digits = 24;
  const auto place = facts.id + ":" + std::to_string(choice) + ":" + std::to_string(call);
  return "call_" + verification(place).substr(0, digits);
}

// The members of a choice that whole answers and chunks share; `body` is its message, delta or text.
Json choice_json(std::size_t index, const char* body_name, Json body) {
  Json choice{{"index", index}};
  choice[body_name] = std::move(body);
  choice["logprobs"] = nullptr;
  choice["finish_reason"] = nullptr;
  choice["matched_stop"] = nullptr;
  return choice;
}

// The log probabilities of tokens that begin at `offset` of their text, if they were asked for.
Json logprobs_json(const Completion& completion, const std::vector<std::string>& tokens, CompletionKind kind,
                   std::size_t offset) {
  if (!completion.logprobs)
    return nullptr;
  return kind == CompletionKind::chat ? chat_logprobs(tokens, *completion.logprobs)
                                      : text_logprobs(tokens, *completion.logprobs, offset);
}

// Builds the events of one stream; each counts the tokens so far.
class EventWriter {
public:
  EventWriter(const Completion& completion, const CompletionFacts& facts)
      : m_completion(completion), m_facts(facts), m_chunks(completion.choices.size()) {}

  std::vector<std::string> write() {
    for (std::size_t index = 0; index < m_chunks.size(); ++index)
      prepare(index);
    if (m_facts.kind == CompletionKind::chat)
      for (std::size_t index = 0; index < m_chunks.size(); ++index)
        add(delta(index, {{"role", "assistant"}, {"content", ""}, {"reasoning_content", nullptr}}));
    std::size_t longest = 0;
    for (const auto& chunks : m_chunks)
      longest = std::max(longest, chunks.size());
    for (std::size_t turn = 0; turn < longest; ++turn)
      for (auto& chunks : m_chunks)
        if (turn < chunks.size())
          add_chunk(chunks[turn]);
    add(Json::array());
    m_events.emplace_back("data: [DONE]\n\n");
    return std::move(m_events);
  }

private:
  struct Chunk {
    Json choice;
    std::size_t tokens = 0;
    std::size_t reasoning_tokens = 0;
  };

  void prepare(std::size_t index) {
    const auto& generation = m_completion.choices[index];
    auto& chunks = m_chunks[index];
    for (const auto& piece : generation.reasoning)
      chunks.push_back(
          {delta(index, {{"role", nullptr}, {"content", nullptr}, {"reasoning_content", piece}}), 1, 1});
    std::size_t offset = 0;
    for (const auto& piece : generation.pieces) {
      auto choice = delta(index, {{"role", nullptr}, {"content", piece}, {"reasoning_content", nullptr}});
      choice["logprobs"] = logprobs_json(m_completion, {piece}, m_facts.kind, offset);
      chunks.push_back({std::move(choice), 1});
      offset += piece.size();
    }
    for (std::size_t call = 0; call < generation.tool_calls.size(); ++call)
      prepare_call(index, call);
    auto last = delta(index, {{"content", ""}});
    last["finish_reason"] = generation.finish_reason;
    last["matched_stop"] = or_null(generation.matched_stop);
    chunks.push_back({std::move(last)});
  }

  // The first chunk of a call has its id and name, those after it only the pieces of its arguments.
  void prepare_call(std::size_t index, std::size_t call) {
    const auto& made = m_completion.choices[index].tool_calls[call];
    Json first{{"id", call_id(m_facts, index, call)},
               {"index", call},
               {"type", "function"},
               {"function", {{"name", made.name}, {"arguments", ""}}}};
    m_chunks[index].push_back({call_delta(index, std::move(first))});
    for (const auto& piece : made.pieces)
      m_chunks[index].push_back(
          {call_delta(index, {{"index", call}, {"function", {{"arguments", piece}}}}), 1});
  }

  [[nodiscard]] Json call_delta(std::size_t index, Json call) const {
    return delta(index, {{"role", nullptr},
                         {"content", nullptr},
                         {"reasoning_content", nullptr},
                         {"tool_calls", Json::array({std::move(call)})}});
  }

  [[nodiscard]] Json delta(std::size_t index, const Json& delta) const {
    return m_facts.kind == CompletionKind::chat ? choice_json(index, "delta", delta)
                                                : choice_json(index, "text", delta.at("content"));
  }

  void add_chunk(Chunk& chunk) {
    m_tokens += chunk.tokens;
    m_reasoning_tokens += chunk.reasoning_tokens;
    add(std::move(chunk.choice));
  }

  // Adds an event for one choice, or with the empty list for none.
  void add(Json choice) {
    Json chunk{{"id", m_facts.id},
               {"object", object_name(m_facts.kind, true)},
               {"created", m_facts.created},
               {"model", m_facts.model},
               {"choices", choice.is_array() ? std::move(choice) : Json::array({std::move(choice)})}};
    const bool first = m_events.empty() && m_facts.kind == CompletionKind::chat;
    chunk["usage"] = first ? Json{} : usage(m_completion.prompt_tokens, m_tokens, m_reasoning_tokens);
    chunk["chutes_verification"] = verification(m_facts.id + std::to_string(m_events.size()));
    m_events.push_back("data: " + json_line(chunk) + "\n\n");
  }

  const Completion& m_completion;
  const CompletionFacts& m_facts;
  std::vector<std::vector<Chunk>> m_chunks; // of each choice, without its first
  std::size_t m_tokens = 0;
  std::size_t m_reasoning_tokens = 0;
  std::vector<std::string> m_events;
};

Json calls_json(const Generation& generation, const CompletionFacts& facts, std::size_t choice) {
  if (generation.tool_calls.empty())
    return nullptr;
  Json calls = Json::array();
  for (const auto& call : generation.tool_calls)
    calls.push_back({{"id", call_id(facts, choice, calls.size())},
                     {"index", calls.size()},
                     {"type", "function"},
                     {"function", {{"name", call.name}, {"arguments", call.arguments()}}}});
  return calls;
}

Json message_json(const Generation& generation, const CompletionFacts& facts, std::size_t choice) {
  const bool silent = generation.pieces.empty() && !generation.tool_calls.empty();
  return {{"role", "assistant"},
          {"content", silent ? Json{} : Json(generation.text())},
          {"tool_calls", calls_json(generation, facts, choice)},
          {"reasoning_content", or_null(generation.reasoning_text())}};
}

} // namespace

Json completion_answer(const Completion& completion, const CompletionFacts& facts) {
  Json choices = Json::array();
  for (const auto& generation : completion.choices) {
    const auto index = choices.size();
    auto choice = facts.kind == CompletionKind::chat
                      ? choice_json(index, "message", message_json(generation, facts, index))
                      : choice_json(index, "text", generation.text());
    choice["logprobs"] = logprobs_json(completion, generation.pieces, facts.kind, 0);
    choice["finish_reason"] = generation.finish_reason;
    choice["matched_stop"] = or_null(generation.matched_stop);
    choices.push_back(std::move(choice));
  }
  return {{"id", facts.id},
          {"object", object_name(facts.kind, false)},
          {"created", facts.created},
          {"model", facts.model},
          {"choices", std::move(choices)},
          {"usage",
           usage(completion.prompt_tokens, completion.completion_tokens(), completion.reasoning_tokens())},
          {"metadata", {{"weight_version", "default"}}},
          {"chutes_verification", verification(facts.id)}};
}

std::vector<std::string> completion_events(const Completion& completion, const CompletionFacts& facts) {
  return EventWriter{completion, facts}.write();
}

} // namespace chutes::sandbox
