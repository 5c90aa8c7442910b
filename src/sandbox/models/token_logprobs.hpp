// Log probabilities of the tokens of an answer, in the form of chats and in that of text completions.
#pragma once

#include "base/json_fields.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace chutes::sandbox {

// Returns `logprobs` of a chat's choice, with so many `alternatives` for each token.
[[nodiscard]] Json chat_logprobs(const std::vector<std::string>& tokens, std::size_t alternatives);
// Returns `logprobs` of a text completion's choice, whose first token is at `offset` of the text.
[[nodiscard]] Json text_logprobs(const std::vector<std::string>& tokens, std::size_t alternatives,
                                 std::size_t offset);

} // namespace chutes::sandbox
