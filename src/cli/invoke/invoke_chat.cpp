// `invoke -m MODEL PROMPT`: a chat completion, streamed to standard output as text.
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/cache/name_cache.hpp"
#include "cli/cache/price_cache.hpp"
#include "cli/invoke/answer_validation.hpp"
#include "cli/invoke/call_limits.hpp"
#include "cli/invoke/chat_output.hpp"
#include "cli/invoke/chat_question.hpp"
#include "cli/invoke/conversation.hpp"
#include "cli/invoke/invoke_options.hpp"
#include "cli/invoke/transfer_progress.hpp"
#include "cli/invoke/usage_meter.hpp"
#include "service/bearer.hpp"
#include "service/service_error.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

HttpRequest chat_post(const Url& url, const Secret& token, const service::ChatRequest& request,
                      const service::Endpoints& endpoints) {
  auto post = service::bearer_request(url, token, endpoints);
  post.method = "POST";
  post.headers = {post.headers.front(),
                  {"Content-Type", "application/json"},
                  {"Accept", request.stream ? "text/event-stream" : "application/json"}};
  post.body = service::chat_body(request);
  post.idle_limit = idle_limit_of_jobs;
  return post;
}

// Whether a response of this status may hold an answer (RFC 9110 §15.3).
bool may_answer(int status) {
  constexpr int no_content = 204;
  constexpr int reset_content = 205;
  return status / 100 == 2 && status != no_content && status != reset_content;
}

// Returns the error of a refused request; for an unknown model, suggests similar names. A model that the
// service has listed is not at fault, and the address is.
Error refusal(const HttpResponse& response, const std::string& model, Context& context) {
  auto error = service::service_error(response, "answer the request", "chutes:invoke");
  if (response.status != 404)
    return error;
  const auto listed = cached_names("models", context.endpoints.llm, context.platform);
  std::string advice;
  if (service::is_unmatched_invocation(response) ||
      std::find(listed.begin(), listed.end(), model) != listed.end())
    advice = "check CHUTES_LLM_URL, which must not end in /v1; ";
  else if (const auto near = join(near_names(model, listed), ", "); !near.empty())
    advice = "did you mean " + near + "? ";
  return Error{error.kind(), error.what(), advice + "'" + context.program + " models' lists the models"}
      .with_status(response.status);
}

// How much of the answer must still be available at its end.
service::Kept kept_of(const InvokeOptions& options, const service::ChatRequest& request,
                      const Context& context) {
  if (context.options.json)
    return service::Kept::response;
  return options.conversation || !request.schema.empty() ? service::Kept::text : service::Kept::nothing;
}

// Sends the request and reads the answer. If the connection breaks after the head, the answer counts as cut.
Answer converse(const service::ChatRequest& request, service::Kept kept, service::ChatListener& listener,
                CallLimits& limits, Context& context) {
  const Url url = context.endpoints.llm.with_path_added("/v1/chat/completions");
  std::optional<service::ChatReader> reader;
  std::string break_off;
  const auto attempt = [&](const Secret& token) {
    reader.emplace(listener, request.stream, kept);
    auto post = chat_post(url, token, request, context.endpoints);
    post.deadline = limits.deadline();
    TransferProgress progress{"Sending", context};
    progress.follow(post);
    HttpResponse head;
    try {
      return context.platform.http.stream(
          post,
          [&](const HttpResponse& arrived) {
            head = arrived;
            reader->begin(head.header("Content-Type").value_or(""));
          },
          [&](std::string_view piece) {
            reader->feed(piece);
            return reader->done() ? ReadResult::stop : ReadResult::more;
          });
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::network || !may_answer(head.status))
        throw;
      break_off = error.what();
      return head;
    }
  };
  const auto response = limits.call([&] { return context.with_token(url, attempt); });
  if (!may_answer(response.status))
    throw refusal(response, request.model, context);
  return {reader->finish(!break_off.empty()),
          one_line(response.header("X-Chutes-InvocationID").value_or(""), 100), break_off};
}

// Sends the request, and ends the line however the answer ends: the next message starts on a new line.
Answer converse_in_lines(const service::ChatRequest& request, service::Kept kept, ChatOutput& output,
                         service::ChatListener& listener, CallLimits& limits, Context& context) {
  try {
    auto answer = converse(request, kept, listener, limits, context);
    output.end();
    return answer;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::reader_gone)
      output.end();
    throw;
  }
}

// Sends the request, prints the answer as it arrives, and then notices and usage.
Answer ask(const service::ChatRequest& request, const InvokeOptions& options, CallLimits& limits,
           Context& context) {
  const bool json = context.options.json;
  ChatOutput output{context.platform.terminal,
                    {.silent = json,
                     .raw = options.raw,
                     .exact = options.no_newline,
                     .show_reasoning = options.reasoning == "show",
                     .colour = context.colour_error()}};
  UsageMeter meter{output, context.platform.clock};
  auto answer =
      converse_in_lines(request, kept_of(options, request, context), output, meter, limits, context);
  if (!json)
    report_notable(answer.outcome, context);
  else if (!answer.outcome.response.empty())
    context.platform.terminal.print_json(answer.outcome.response + "\n");
  if (options.usage && !json)
    context.platform.terminal.notice(
        meter.usage_line(answer.outcome, request.stream,
                         cached_price(request.model, context.endpoints.llm, context.platform)));
  if (answer.outcome.end == service::ChatEnd::cut && limits.over())
    throw limits.out_of_time();
  return answer;
}

std::optional<Conversation> conversation_of(const InvokeOptions& options, Context& context) {
  std::optional<Conversation> conversation;
  if (options.conversation)
    conversation.emplace(*options.conversation, context);
  return conversation;
}

} // namespace

void invoke_chat(const InvokeOptions& options, Context& context) {
  require_endings(options);
  CallLimits limits{options, 0, context};
  auto conversation = conversation_of(options, context);
  auto request = chat_question(options, context);
  if (conversation)
    conversation->add_history(request);
  const Url url = context.endpoints.llm.with_path_added("/v1/chat/completions");
  if (only_described(options)) {
    context.require_own_issuer(url);
    return describe(chat_post(url, Secret{}, request, context.endpoints), options, context);
  }
  if (conversation)
    conversation->announce();
  const auto answer = ask(request, options, limits, context);
  validate_answer(answer, options, request.schema, context);
  if (!conversation || answer.outcome.empty)
    return;
  if (answer.outcome.ending <= service::Ending::length)
    conversation->add(request, answer.outcome);
  else
    context.notice("The answer was not added to the conversation.");
}

} // namespace chutes::cli
