// `invoke -m MODEL PROMPT`: a chat completion, streamed to standard output as text, with an honest end.
#include "base/error.hpp"
#include "cli/chat_output.hpp"
#include "cli/command.hpp"
#include "service/bearer.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace chutes::cli {
namespace {

struct InvokeOptions {
  std::optional<std::string> model;
  std::vector<std::string> prompt;
  std::optional<std::string> system;
  std::optional<double> temperature;
  std::optional<long> max_tokens;
  std::string reasoning = "hide";
  bool no_stream = false;
  bool usage = false;
  bool raw = false;
  bool strict = false;
};

constexpr std::chrono::seconds silence_of_slow_jobs{1800}; // the service's own limit
constexpr std::size_t longest_prompt = 64U << 20U;         // bytes

constexpr const char* footer = R"(Standard input, if it is a pipe or a file, is the prompt, or follows it.

Examples:
  chutes invoke -m deepseek-ai/DeepSeek-V3 "Explain PKCE in one paragraph"
  git diff | chutes invoke -m deepseek-ai/DeepSeek-V3 "Write a commit message for this change"
)";

void declare(Words& words, InvokeOptions& options) {
  words.value("-m,--model", options.model, "MODEL", "The model to ask");
  words.arguments("PROMPT", options.prompt, "What to say to it; several words are joined");
  words.value("--system", options.system, "TEXT", "The system prompt");
  words.decimal("--temperature", options.temperature, "T", "Sampling temperature");
  words.whole("--max-tokens", options.max_tokens, "N", "Longest answer, in tokens");
  words.choice("--reasoning", options.reasoning, {"show", "hide"},
               "Show a reasoning model's thoughts on standard error");
  words.flag("--no-stream", options.no_stream, "Ask for the answer in one piece");
  words.flag("--usage", options.usage, "Say on standard error how many tokens it took, and how long");
  words.flag("--raw", options.raw, "Do not neutralise escape sequences on a terminal");
  words.flag("--strict", options.strict, "Exit 10 if the answer stopped at a length limit or a filter");
}

std::string prompt_of(const InvokeOptions& options, Context& context) {
  std::string prompt;
  for (const auto& word : options.prompt)
    prompt += (prompt.empty() ? "" : " ") + word;
  if (context.platform.terminal.input_is_pipe_or_file()) {
    const auto input = context.platform.terminal.read_all_input(longest_prompt);
    prompt += (prompt.empty() || input.empty() ? "" : "\n\n") + input;
  }
  if (prompt.find_first_not_of(" \t\r\n") == std::string::npos)
    throw Error{ErrorKind::usage, "the prompt is empty", "give it as an argument, or pipe it in"};
  return prompt;
}

service::ChatRequest chat_request(const InvokeOptions& options, Context& context) {
  if (!options.model || options.model->empty())
    throw Error{ErrorKind::usage, "invoke wants a model", "for example -m deepseek-ai/DeepSeek-V3"};
  return {*options.model,      options.system.value_or(""), prompt_of(options, context),
          options.temperature, options.max_tokens,          !options.no_stream};
}

// When the first word came, for --usage.
class TimedOutput final : public service::ChatListener {
public:
  TimedOutput(service::ChatListener& inner, const Clock& clock)
      : m_inner(inner), m_clock(clock), m_began(clock.steady()) {}
  void text(std::string_view piece) override {
    note_first();
    m_inner.text(piece);
  }
  void reasoning(std::string_view piece) override {
    note_first();
    m_inner.reasoning(piece);
  }
  [[nodiscard]] double seconds_to_first() const { return m_first ? seconds(*m_first - m_began) : 0; }
  [[nodiscard]] double seconds_since_first() const {
    return m_first ? seconds(m_clock.steady() - *m_first) : 0;
  }

private:
  static double seconds(SteadyInstant::duration duration) {
    return std::chrono::duration<double>(duration).count();
  }
  void note_first() {
    if (!m_first)
      m_first = m_clock.steady();
  }

  service::ChatListener& m_inner;
  const Clock& m_clock;
  SteadyInstant m_began;
  std::optional<SteadyInstant> m_first;
};

void report_usage(const service::ChatOutcome& outcome, const TimedOutput& timing, Context& context) {
  std::string line = "usage: ";
  line += outcome.prompt_tokens ? std::to_string(*outcome.prompt_tokens) : "?";
  line += " tokens in, ";
  line += outcome.completion_tokens ? std::to_string(*outcome.completion_tokens) : "?";
  char numbers[96];
  const double rate = outcome.completion_tokens && timing.seconds_since_first() > 0
                          ? static_cast<double>(*outcome.completion_tokens) / timing.seconds_since_first()
                          : 0;
  std::snprintf(numbers, sizeof numbers, " out, first after %.2f s, %.0f tokens/s", timing.seconds_to_first(),
                rate);
  context.platform.terminal.notice(line + numbers);
}

void judge_end(const service::ChatOutcome& outcome, const InvokeOptions& options) {
  if (outcome.end == service::ChatEnd::failed)
    throw Error{ErrorKind::service, "the service broke off the answer: " + outcome.error,
                "what came stands above; try again"};
  if (outcome.end == service::ChatEnd::cut)
    throw Error{ErrorKind::incomplete, "the answer ended without its end marker and may be cut short",
                "what came stands above; try again"};
  if (options.strict && (outcome.finish_reason == "length" || outcome.finish_reason == "content_filter"))
    throw Error{ErrorKind::incomplete, "the answer stopped early: " + outcome.finish_reason,
                outcome.finish_reason == "length" ? "allow more with --max-tokens"
                                                  : "the service filtered it"};
}

// Sends the request and reads the answer; a connection that is cut after the first byte is an answer cut
// short.
service::ChatOutcome converse(const std::string& body, bool streamed, service::ChatListener& listener,
                              Context& context) {
  const Url url = context.endpoints.llm.with_path_added("/v1/chat/completions");
  std::optional<service::ChatReader> reader;
  bool cut = false;
  const auto response = context.with_token(url, [&](const Secret& token) {
    auto request = service::bearer_request(url, token, context.endpoints);
    request.method = "POST";
    request.headers = {request.headers.front(),
                       {"Content-Type", "application/json"},
                       {"Accept", streamed ? "text/event-stream" : "application/json"}};
    request.body = body;
    request.idle_limit = silence_of_slow_jobs;
    reader.emplace(listener, streamed);
    HttpResponse head;
    try {
      return context.platform.http.stream(
          request, [&](const HttpResponse& arrived) { head = arrived; },
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
  });
  if (response.status != 200)
    throw service::service_error(response, "the request", "chutes:invoke");
  auto outcome = reader->finish();
  if (cut && outcome.end == service::ChatEnd::complete && !reader->done())
    outcome.end = service::ChatEnd::cut;
  return outcome;
}

void run(const InvokeOptions& options, Context& context) {
  const auto request = chat_request(options, context);
  auto& terminal = context.platform.terminal;
  ChatOutput output{terminal,
                    {.silent = context.options.json,
                     .raw = options.raw,
                     .show_reasoning = options.reasoning == "show",
                     .colour = context.colour_error()}};
  TimedOutput timed{output, context.platform.clock};
  const auto outcome = converse(service::chat_body(request), request.stream, timed, context);
  output.end();
  if (context.options.json)
    terminal.print(outcome.response + "\n");
  if (options.usage)
    report_usage(outcome, timed, context);
  judge_end(outcome, options);
}

} // namespace

Command invoke_command() {
  return command("invoke", "Invoking", "Ask a model, with the answer streamed as text", footer, declare, run);
}

} // namespace chutes::cli
