#include "sandbox/models/token_logprobs.hpp"

#include <nlohmann/json.hpp>

namespace chutes::sandbox {
namespace {

// The token itself is the first alternative; each further one is less probable.
std::string alternative(const std::string& token, std::size_t index) {
  return index == 0 ? token : token + "~" + std::to_string(index);
}

double logprob(const std::string& token, std::size_t index) {
  return -0.125 * static_cast<double>(1 + token.size() % 4) - static_cast<double>(index);
}

Json entry(const std::string& token, std::size_t index) {
  const auto text = alternative(token, index);
  Json bytes = Json::array();
  for (const char c : text)
    bytes.push_back(static_cast<unsigned char>(c));
  return {{"token", text}, {"logprob", logprob(token, index)}, {"bytes", std::move(bytes)}};
}

} // namespace

Json chat_logprobs(const std::vector<std::string>& tokens, std::size_t alternatives) {
  Json content = Json::array();
  for (const auto& token : tokens) {
    Json one = entry(token, 0);
    one["top_logprobs"] = Json::array();
    for (std::size_t index = 0; index < alternatives; ++index)
      one["top_logprobs"].push_back(entry(token, index));
    content.push_back(std::move(one));
  }
  return {{"content", std::move(content)}};
}

Json text_logprobs(const std::vector<std::string>& tokens, std::size_t alternatives, std::size_t offset) {
  Json logprobs{{"text_offset", Json::array()},
                {"token_logprobs", Json::array()},
                {"tokens", tokens},
                {"top_logprobs", Json::array()}};
  for (const auto& token : tokens) {
    logprobs["text_offset"].push_back(offset);
    logprobs["token_logprobs"].push_back(logprob(token, 0));
    Json top = Json::object();
    for (std::size_t index = 0; index < alternatives; ++index)
      top[alternative(token, index)] = logprob(token, index);
    logprobs["top_logprobs"].push_back(std::move(top));
    offset += token.size();
  }
  return logprobs;
}

} // namespace chutes::sandbox
