// What the words and options of `invoke -m` ask.
#pragma once

#include "cli/invoke/invoke_options.hpp"
#include "service/chat/chat_request.hpp"

namespace chutes::cli {

// Reads the prompt, the files and the parameters. Throws Error{usage} for what cannot be meant, before
// anything is sent.
[[nodiscard]] service::ChatRequest chat_question(const InvokeOptions& options, Context& context);

} // namespace chutes::cli
