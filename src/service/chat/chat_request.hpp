// A request for a chat completion, and its JSON body.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

struct ChatRequest {
  std::string model;
  std::string system; // may be empty
  std::string prompt;
  std::optional<double> temperature;
  std::optional<long> max_tokens;
  bool stream = true;
  std::vector<std::string> images{};  // https: or data: URLs sent with the prompt
  std::vector<std::string> earlier{}; // the conversation before the prompt: messages, each a JSON object
  std::vector<std::string> stop{};
  std::optional<long> seed{};
  std::string schema{};     // a JSON Schema for the answer; empty: any text
  std::string parameters{}; // a JSON object whose members are added to the body unchanged; empty: none
};

// Returns the body. Equal requests give equal text, because the service charges less for repeats.
[[nodiscard]] std::string chat_body(const ChatRequest& request);

// Returns the prompt with its images as the message in the body.
[[nodiscard]] std::string user_message(const ChatRequest& request);

} // namespace chutes::service
