// A chat completion being put together from its chunks. Internal to chat_completion.
#pragma once

#include "base/json_fields.hpp"
#include "service/chat_completion.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace chutes::service {

struct ChatAnswer {
  bool marked_done = false;

  // One chunk of a stream; text goes to `listener` at once.
  void add_chunk(const Json& chunk, ChatListener& listener);
  // A complete response object.
  void take_whole(const Json& document, ChatListener& listener);
  void fail(std::string message);
  [[nodiscard]] ChatOutcome outcome() const;

private:
  void add_choice(const Json& choice, ChatListener& listener);
  [[nodiscard]] Json& choice_at(long index);
  [[nodiscard]] Json assembled() const;
  [[nodiscard]] std::string first_finish_reason() const;

  Json m_envelope; // everything of the chunks but choices and usage
  std::map<long, Json> m_choices;
  Json m_usage;
  std::string m_error;
  bool m_failed = false;
  bool m_whole = false;
  bool m_said_something = false;
};

} // namespace chutes::service
