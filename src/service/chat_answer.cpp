#include "service/chat_answer.hpp"

namespace chutes::service {
namespace {

// Merges one tool call's pieces: identified by index, arguments arrive in parts.
void add_tool_calls(Json& message, const Json& pieces) {
  Json& calls = message["tool_calls"];
  if (!calls.is_array())
    calls = Json::array();
  for (const auto& piece : pieces) {
    const auto index =
        static_cast<std::size_t>(std::max<std::int64_t>(0, integer_field(piece, "index").value_or(0)));
    constexpr std::size_t most_calls = 256;
    if (index >= most_calls)
      continue;
    while (calls.size() <= index)
      calls.push_back(
          Json{{"id", ""}, {"type", "function"}, {"function", {{"name", ""}, {"arguments", ""}}}});
    Json& call = calls[index];
    if (const auto id = string_field(piece, "id"))
      call["id"] = *id;
    if (const Json* function = find_field(piece, "function"))
      for (const char* name : {"name", "arguments"})
        if (const auto part = string_field(*function, name))
          call["function"][name].get_ref<std::string&>() += *part;
  }
}

// Adds a delta to the message: texts grow, tool calls merge, anything else is taken over.
void add_delta(Json& message, const Json& delta) {
  for (const auto& item : delta.items()) {
    const auto& value = item.value();
    if (item.key() == "tool_calls" && value.is_array())
      add_tool_calls(message, value);
    else if (item.key() != "role" && value.is_string() && message.contains(item.key()) &&
             message[item.key()].is_string())
      message[item.key()].get_ref<std::string&>() += value.get_ref<const std::string&>();
    else if (!value.is_null())
      message[item.key()] = value;
  }
}

std::optional<long> token_count(const Json& usage, const char* name) {
  const auto count = integer_field(usage, name);
  return count ? std::optional<long>{static_cast<long>(*count)} : std::nullopt;
}

} // namespace

Json& ChatAnswer::choice_at(long index) {
  auto found = m_choices.find(index);
  if (found == m_choices.end())
    found = m_choices
                .emplace(index, Json{{"index", index},
                                     {"message", {{"role", "assistant"}, {"content", nullptr}}},
                                     {"finish_reason", nullptr}})
                .first;
  return found->second;
}

void ChatAnswer::add_choice(const Json& choice, ChatListener& listener) {
  const auto index = static_cast<long>(integer_field(choice, "index").value_or(0));
  Json& kept = choice_at(index);
  const Json* delta = find_field(choice, "delta");
  if (delta != nullptr && delta->is_object()) {
    const auto text = string_field(*delta, "content");
    const auto reasoning = string_field(*delta, "reasoning_content");
    if (index == 0 && reasoning && !reasoning->empty())
      listener.reasoning(*reasoning);
    if (index == 0 && text && !text->empty()) {
      m_said_something = true;
      listener.text(*text);
    }
    add_delta(kept["message"], *delta);
  }
  for (const auto& item : choice.items())
    if (item.key() != "delta" && item.key() != "index" && !item.value().is_null())
      kept[item.key()] = item.value();
}

void ChatAnswer::add_chunk(const Json& chunk, ChatListener& listener) {
  for (const auto& item : chunk.items()) {
    if (item.key() == "choices" || item.key() == "usage")
      continue;
    m_envelope[item.key()] = item.key() == "object" ? Json("chat.completion") : item.value();
  }
  if (const Json* usage = find_field(chunk, "usage"); usage != nullptr && usage->is_object())
    m_usage = *usage;
  if (const Json* choices = find_field(chunk, "choices"); choices != nullptr && choices->is_array())
    for (const auto& choice : *choices)
      if (choice.is_object())
        add_choice(choice, listener);
}

void ChatAnswer::take_whole(const Json& document, ChatListener& listener) {
  m_whole = true;
  for (const auto& item : document.items())
    if (item.key() != "choices" && item.key() != "usage")
      m_envelope[item.key()] = item.value();
  if (const Json* usage = find_field(document, "usage"))
    m_usage = *usage;
  const Json* choices = find_field(document, "choices");
  if (choices == nullptr || !choices->is_array())
    return;
  long index = 0;
  for (const auto& choice : *choices) {
    const Json* message = find_field(choice, "message");
    if (index == 0 && message != nullptr) {
      if (const auto reasoning = string_field(*message, "reasoning_content"))
        listener.reasoning(*reasoning);
      if (const auto text = string_field(*message, "content"); text && !text->empty()) {
        m_said_something = true;
        listener.text(*text);
      }
    }
    m_choices[index++] = choice;
  }
}

void ChatAnswer::fail(std::string message) {
  m_failed = true;
  m_error = message.empty() ? "no reason given" : std::move(message);
}

Json ChatAnswer::assembled() const {
  Json document = m_envelope.is_object() ? m_envelope : Json::object();
  document["choices"] = Json::array();
  for (const auto& [index, choice] : m_choices)
    document["choices"].push_back(choice);
  if (!m_usage.is_null())
    document["usage"] = m_usage;
  return document;
}

std::string ChatAnswer::first_finish_reason() const {
  const auto first = m_choices.find(0);
  return first == m_choices.end() ? "" : string_field(first->second, "finish_reason").value_or("");
}

ChatOutcome ChatAnswer::outcome() const {
  ChatOutcome result;
  result.finish_reason = first_finish_reason();
  const bool complete = marked_done || !result.finish_reason.empty() || (m_whole && !m_choices.empty());
  result.end = m_failed ? ChatEnd::failed : complete ? ChatEnd::complete : ChatEnd::cut;
  result.error = m_error;
  result.response = json_line(assembled());
  result.prompt_tokens = token_count(m_usage, "prompt_tokens");
  result.completion_tokens = token_count(m_usage, "completion_tokens");
  result.empty = !m_said_something;
  return result;
}

} // namespace chutes::service
