// Builds the chat request from the words and options of `invoke -m`.
#pragma once

#include "cli/invoke/invoke_options.hpp"
#include "service/chat/chat_request.hpp"

namespace chutes::cli {

// Reads the prompt, the files and the parameters; sends nothing. Throws Error{usage} for values that are
// invalid or contradict each other.
[[nodiscard]] service::ChatRequest chat_question(const InvokeOptions& options, Context& context);

} // namespace chutes::cli
