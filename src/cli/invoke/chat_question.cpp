#include "cli/invoke/chat_question.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/command/input_text.hpp"
#include "cli/invoke/attachment.hpp"
#include "cli/invoke/request_fields.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

std::string system_text(const InvokeOptions& options) {
  auto text = text_or_file(options.system.value_or(""), "--system");
  require_utf8(text, "the system prompt");
  return text;
}

std::string schema_text(const InvokeOptions& options) {
  if (!options.schema)
    return "";
  const auto schema = parse_json(text_file_content(*options.schema, "--schema"));
  if (!schema || !schema->is_object())
    throw Error{ErrorKind::usage,
                "the file given with --schema is not a JSON Schema: " + one_line(*options.schema, 200),
                "write the schema as a JSON object"};
  return json_line(*schema);
}

// What is wrong wherever the model runs; further limits are the service's.
void require_sampling(const InvokeOptions& options) {
  if (options.max_tokens.value_or(1) < 1)
    throw Error{ErrorKind::usage, "--max-tokens must be at least 1", "for example, --max-tokens 1000"};
  if (options.temperature.value_or(0) < 0)
    throw Error{ErrorKind::usage, "--temperature must be at least 0", "for example, --temperature 0.7"};
}

// Returns the option that sets a member of the request body; empty if there is none.
std::string option_for(const std::string& member, const InvokeOptions& options) {
  if (member == "model")
    return "-m";
  if (member == "messages")
    return "the prompt";
  if (member == "stream")
    return "--no-stream";
  const bool given = (member == "temperature" && options.temperature) ||
                     (member == "max_tokens" && options.max_tokens) || (member == "seed" && options.seed) ||
                     (member == "stop" && !options.stop.empty());
  if (given)
    return "--" + (member == "max_tokens" ? "max-tokens" : member);
  return member == "response_format" && options.schema ? "--schema" : "";
}

std::string parameter_text(const InvokeOptions& options) {
  const auto parameters = parameter_fields(options.parameters, options.json_parameters);
  if (parameters.is_null())
    return "";
  for (const auto& item : parameters.items())
    if (const auto option = option_for(item.key(), options); !option.empty())
      throw Error{ErrorKind::usage,
                  "the parameter " + one_line(item.key(), 80) + " is already set by " + option,
                  "omit one of the two"};
  return json_line(parameters);
}

// Reports "--continue hello", where hello names a conversation but was probably meant as the prompt.
void require_prompt(const InvokeOptions& options, const Terminal& terminal) {
  if (options.words.empty() && !options.conversation.value_or("").empty() &&
      (options.no_stdin || !terminal.input_is_pipe_or_file()))
    throw Error{ErrorKind::usage,
                "the prompt is empty: '" + one_line(*options.conversation, 80) +
                    "' was read as the name of a conversation",
                "put the prompt before --continue, or write --continue=NAME"};
}

} // namespace

service::ChatRequest chat_question(const InvokeOptions& options, Context& context) {
  require_utf8(*options.model, "the model name");
  require_sampling(options);
  require_prompt(options, context.platform.terminal);
  for (const auto& stop : options.stop)
    require_utf8(stop, "the text of --stop");
  auto attachments = read_attachments(options.attachments);
  service::ChatRequest request;
  request.model = *options.model;
  request.system = system_text(options);
  request.temperature = options.temperature;
  request.max_tokens = options.max_tokens;
  request.stream = !options.no_stream;
  request.images = std::move(attachments.images);
  request.stop = options.stop;
  request.seed = options.seed;
  request.schema = schema_text(options);
  request.parameters = parameter_text(options);
  request.prompt =
      prompt_text(options.words, context.platform.terminal, !options.no_stdin) + attachments.text;
  return request;
}

} // namespace chutes::cli
