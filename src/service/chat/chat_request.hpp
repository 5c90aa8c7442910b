// A question to a model, and the JSON that asks it. Pure.
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
  std::vector<std::string> images{};  // https: or data: URLs that go with the prompt
  std::vector<std::string> earlier{}; // what was said before the prompt: messages, each as a JSON object
  std::vector<std::string> stop{};
  std::optional<long> seed{};
  std::string schema{};     // a JSON Schema that the answer has to fit; empty: any text
  std::string parameters{}; // an object whose members are added to the body as they are; empty: none
};

// The same request is the same text every time: the service makes repeats cheaper.
[[nodiscard]] std::string chat_body(const ChatRequest& request);

// The prompt with its images as the message it is in the body.
[[nodiscard]] std::string user_message(const ChatRequest& request);

} // namespace chutes::service
