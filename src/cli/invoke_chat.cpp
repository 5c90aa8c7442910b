// `invoke -m MODEL PROMPT`: a chat completion, streamed to standard output as text, with an honest end.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/call_limits.hpp"
#include "cli/chat_output.hpp"
#include "cli/input_text.hpp"
#include "cli/invoke_options.hpp"
#include "cli/name_cache.hpp"
#include "cli/timed_answer.hpp"
#include "service/bearer.hpp"
#include "service/service_error.hpp"

namespace chutes::cli {
namespace {

service::ChatRequest chat_request(const InvokeOptions& options, Context& context) {
  if (options.model->empty())
    throw Error{ErrorKind::usage, "the name of the model is empty", "for example -m deepseek-ai/DeepSeek-V3"};
  return {*options.model,
          text_or_file(options.system.value_or(""), "--system"),
          prompt_text(options.words, context.platform.terminal),
          options.temperature,
          options.max_tokens,
          !options.no_stream};
}

struct Answer {
  service::ChatOutcome outcome;
  std::string request_id; // may be empty
};

void judge_end(const Answer& answer, const InvokeOptions& options) {
  const auto& outcome = answer.outcome;
  const std::string again =
      outcome.empty ? "try again" : "what came of it stands on standard output; try again";
  if (outcome.end == service::ChatEnd::failed)
    throw Error{ErrorKind::service, "the service failed in its answer: " + outcome.error, again}
        .with_request_id(answer.request_id);
  if (outcome.end == service::ChatEnd::cut)
    throw Error{ErrorKind::incomplete, "the answer ended without its end marker and may be cut short", again}
        .with_request_id(answer.request_id);
  if (options.strict && (outcome.finish_reason == "length" || outcome.finish_reason == "content_filter"))
    throw Error{ErrorKind::incomplete, "the answer stopped early: " + outcome.finish_reason,
                outcome.finish_reason == "length" ? "allow more with --max-tokens"
                                                  : "the service filtered it"};
}

HttpRequest chat_post(const Url& url, const Secret& token, const service::ChatRequest& request,
                      const service::Endpoints& endpoints) {
  auto post = service::bearer_request(url, token, endpoints);
  post.method = "POST";
  post.headers = {post.headers.front(),
                  {"Content-Type", "application/json"},
                  {"Accept", request.stream ? "text/event-stream" : "application/json"}};
  post.body = service::chat_body(request);
  post.idle_limit = silence_of_slow_jobs;
  return post;
}

// The service's own refusal; for a model it does not know, with the names it may have been meant as.
Error refusal(const HttpResponse& response, const std::string& model, Context& context) {
  auto error = service::service_error(response, "the request", "chutes:invoke");
  if (response.status != 404)
    return error;
  std::string near;
  for (const auto& name : near_names(model, known_names("models", context)))
    near += (near.empty() ? "did you mean " : ", ") + name;
  return Error{error.kind(), error.what(),
               (near.empty() ? "" : near + "? ") + "'" + context.program + " models' lists them"}
      .with_status(response.status);
}

// Sends the request and reads the answer; a connection that is cut after the first byte is an answer cut
// short.
Answer converse(const service::ChatRequest& request, service::ChatListener& listener, CallLimits& limits,
                Context& context) {
  const Url url = context.endpoints.llm.with_path_added("/v1/chat/completions");
  std::optional<service::ChatReader> reader;
  bool cut = false;
  const auto attempt = [&](const Secret& token) {
    reader.emplace(listener, request.stream);
    auto post = chat_post(url, token, request, context.endpoints);
    post.deadline = limits.deadline();
    HttpResponse head;
    try {
      return context.platform.http.stream(
          post, [&](const HttpResponse& arrived) { head = arrived; },
          [&](std::string_view piece) {
            reader->feed(piece);
            return reader->done() ? Reading::stop : Reading::go_on;
          });
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::network || head.status != 200)
        throw;
      cut = true;
      return head;
    }
  };
  const auto response = limits.call([&] { return context.with_token(url, attempt); });
  if (response.status != 200)
    throw refusal(response, request.model, context);
  return {reader->finish(cut), one_line(response.header("X-Chutes-InvocationID").value_or(""), 100)};
}

// Ends the line on a terminal whatever ends the answer, so that what is said next stands on a line of its
// own.
Answer converse_in_lines(const service::ChatRequest& request, ChatOutput& output,
                         service::ChatListener& listener, CallLimits& limits, Context& context) {
  try {
    auto answer = converse(request, listener, limits, context);
    output.end();
    return answer;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::reader_gone)
      output.end();
    throw;
  }
}

} // namespace

void invoke_chat(const InvokeOptions& options, Context& context) {
  CallLimits limits{options, 0, context};
  const auto request = chat_request(options, context);
  const Url url = context.endpoints.llm.with_path_added("/v1/chat/completions");
  if (only_described(options, chat_post(url, Secret{}, request, context.endpoints), context))
    return;
  const bool json = context.options.json;
  ChatOutput output{context.platform.terminal,
                    {.silent = json,
                     .raw = options.raw,
                     .show_reasoning = options.reasoning == "show",
                     .colour = context.colour_error()}};
  TimedAnswer timed{output, context.platform.clock};
  const auto answer = converse_in_lines(request, output, timed, limits, context);
  if (json)
    context.platform.terminal.print(answer.outcome.response + "\n");
  if (options.usage && !json)
    context.platform.terminal.notice(timed.usage_line(answer.outcome, request.stream));
  if (answer.outcome.end == service::ChatEnd::cut && limits.over())
    throw limits.out_of_time();
  judge_end(answer, options);
  if (answer.outcome.empty && !json)
    context.notice("The model answered without text" +
                   (answer.outcome.finish_reason.empty()
                        ? std::string{}
                        : " (finish_reason " + one_line(answer.outcome.finish_reason, 40) + ")") +
                   "; --json shows the whole answer.");
}

} // namespace chutes::cli
