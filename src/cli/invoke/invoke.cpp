// `invoke`: ask a model, or call any cord of any chute.
#include "base/error.hpp"
#include "cli/command/command.hpp"
#include "cli/invoke/invoke_options.hpp"

namespace chutes::cli {
namespace {

constexpr const char* footer =
    R"(With -m the words are a prompt; standard input, if it is a pipe or a file, is the prompt, or follows
it. Without -m they name a chute (user/name, name, slug, id or URL) and the path of one of its cords.

Attachments are told apart by their first bytes: JPEG, PNG, GIF, WebP and BMP are images, UTF-8 text goes
into the prompt under its name. A conversation is kept in chutes-login/conversations/NAME.jsonl in the state
directory; only answers that came in full are. Write --continue=NAME, or the prompt before --continue.

Fields make JSON, or a form with -H 'Content-Type: multipart/form-data' (where -F NAME=@FILE sends the file)
or application/x-www-form-urlencoded; any other body goes with -d and its Content-Type. With -o DIR/ pictures,
sounds and films inside JSON are written beside it, with -o FILE.png instead of it. Nothing is resumed: the
service sends no part of an answer twice.

Examples:
  chutes invoke -m deepseek-ai/DeepSeek-V3 "Explain PKCE in one paragraph"
  chutes invoke -m Qwen/Qwen2.5-VL-72B-Instruct --attach chart.png "What does this show?"
  chutes invoke -m deepseek-ai/DeepSeek-V3 --schema person.json "Ada Lovelace, born 1815" | jq .born
  chutes invoke -m deepseek-ai/DeepSeek-V3 --continue=tour "And what is there to see in Graz?"
  git diff | chutes invoke -m deepseek-ai/DeepSeek-V3 "Write a commit message for this change"
  chutes invoke FLUX.1-schnell -f prompt="a lighthouse" -F width=1024 -o lighthouse.jpg
  chutes invoke my-chute /transcribe -F audio=@talk.wav -H 'Content-Type: multipart/form-data'
  chutes invoke chutes/my-chute /status -X GET
  chutes invoke --batch requests.jsonl -m deepseek-ai/DeepSeek-V3 -o results.jsonl --resume

The lines of a batch are requests as in OpenAI's batch files ({"custom_id", "method", "url", "body"}) or
bodies alone. A result holds "custom_id", "response" and "error", and "line", the number of its line. A line
that fails does not stop the others: the batch ends with exit code 10. --resume knows lines again by their
custom_id, else by their number, sends the failed ones anew and pays for none twice. --max-cost counts the
tokens that answers tell; what is under way when it is reached is still paid for.
)";

void declare(OptionDeclarer& declarer, InvokeOptions& options) {
  declarer.arguments("WORDS", options.words, "The prompt, with -m; else a chute and the path of a cord");
  declarer.value("-m,--model", options.model, "MODEL", "The model to ask");
  declarer.value("--system", options.system, "TEXT|@FILE", "The system prompt");
  declarer.decimal("--temperature", options.temperature, "T", "Sampling temperature");
  declarer.whole("--max-tokens", options.max_tokens, "N", "Longest answer, in tokens");
  declarer.choice("--reasoning", options.reasoning, {"show", "hide"},
                  "Show a reasoning model's thoughts on standard error");
  declarer.list("--attach", options.attachments, "FILE|URL",
                "An image, by file or https URL, or a text file that goes with the prompt (repeatable)");
  declarer.list("--stop", options.stop, "TEXT", "End the answer before this text (repeatable)");
  declarer.whole("--seed", options.seed, "N", "Seed of the sampling, for answers that repeat");
  declarer.list("--param", options.parameters, "NAME=VALUE",
                "Any other parameter: a number, true, false, null, or text (repeatable)");
  declarer.list("--param-json", options.json_parameters, "NAME=JSON|@FILE",
                "Any other parameter as JSON, or a file of it (repeatable)");
  declarer.value("--schema", options.schema, "FILE",
                 "Ask for JSON that fits this JSON Schema, and exit 6 if the answer does not");
  declarer.optional_value(
      "--continue", options.conversation, "", "NAME",
      "Go on with a conversation that is kept here, or begin it (default: the profile's)");
  declarer.flag("--no-stream", options.no_stream, "Ask for the answer in one piece");
  declarer.flag("--usage", options.usage,
                "Say on standard error how many tokens it took, how long, and what it cost");
  declarer.list("--fail-on", options.fail_on, "length|filter",
                "Exit 10 if the answer stopped at a length limit, or at a filter or refusal (repeatable)");
  declarer.flag("--strict", options.strict, "Both: --fail-on length --fail-on filter");
  declarer.value("-X,--method", options.method, "METHOD", "The cord's method (default: what the chute says)");
  declarer.value("-d,--data", options.data, "DATA|@FILE|-", "The body; - reads it from standard input");
  declarer.list("-f,--field", options.fields, "NAME=TEXT", "A text field of the JSON body (repeatable)");
  declarer.list("-F,--json-field", options.json_fields, "NAME=JSON|@FILE",
                "A field of the JSON body as JSON, or the text of a file (repeatable)");
  declarer.list("-H,--header", options.headers, "NAME:VALUE", "A header of the request (repeatable)");
  declarer.value("-o,--output", options.output, "FILE|DIR/",
                 "Write the answer there; in DIR/ it is named by its type");
  declarer.flag("-i,--include", options.include, "Print the status and the headers of the answer too");
  declarer.flag("--no-check", options.no_check, "Send the body although it breaks the cord's schema");
  declarer.value("--batch", options.batch, "FILE|-",
                 "Send every line of a JSONL file, a request or its body, and write a result a line");
  declarer.whole("--jobs", options.jobs, "N", "Of a batch: at most so many requests at once (default: 8)");
  declarer.flag("--ordered", options.ordered, "Of a batch: results in the order of the lines");
  declarer.flag("--resume", options.resume,
                "Of a batch: go on with the results in -o, and send only what they do not answer");
  declarer.value("--rate", options.rate, "N/s", "Of a batch: at most so many requests a second (/m, /h)");
  declarer.decimal("--max-cost", options.max_cost, "USD",
                   "Of a batch: send no more once the answers cost so much at list prices");
  declarer.whole(
      "--retry", options.retry, "N",
      "Try again after 429, 502, 503, 504 and failed connections (default: 0; a batch's lines: 5)");
  declarer.decimal("--max-time", options.max_time, "SECONDS", "Limit for all of it");
  declarer.flag("--raw", options.raw, "Do not neutralise escape sequences on a terminal");
  declarer.flag("--dry-run", options.dry_run, "Print the request instead of sending it");
  declarer.flag("--curl", options.curl, "Print it as a curl command that takes its token from this program");
}

void run(const InvokeOptions& options, Context& context) {
  const bool for_chute = options.method || options.data || !options.fields.empty() ||
                         !options.json_fields.empty() || !options.headers.empty() || options.output ||
                         options.include || options.no_check;
  if (options.batch) {
    invoke_batch(options, context);
    return;
  }
  if (options.jobs || options.ordered || options.resume || options.rate || options.max_cost)
    throw Error{ErrorKind::usage, "--jobs, --ordered, --resume, --rate and --max-cost are for batches",
                "name one with --batch FILE"};
  if (options.model && for_chute)
    throw Error{ErrorKind::usage, "-m asks a model; -X, -d, -f, -F, -H, -o, -i and --no-check call a chute",
                "leave one or the other out"};
  if (!options.model && steers_chat(options))
    throw Error{ErrorKind::usage,
                "--system, --attach, --schema, --continue, --usage and what steers an answer ask a model",
                "name it with -m MODEL"};
  if (options.model)
    invoke_chat(options, context);
  else if (!options.words.empty())
    invoke_chute(options, context);
  else
    throw Error{ErrorKind::usage, "invoke wants a model or a chute",
                "for example -m deepseek-ai/DeepSeek-V3, or FLUX.1-schnell"};
}

} // namespace

bool steers_chat(const InvokeOptions& options) {
  return options.system || options.temperature || options.max_tokens || options.seed || options.schema ||
         options.conversation || options.no_stream || options.usage || options.strict ||
         !options.fail_on.empty() || !options.attachments.empty() || !options.stop.empty() ||
         !options.parameters.empty() || !options.json_parameters.empty();
}

Command invoke_command() {
  return command("invoke", "Invoking", "Ask a model, or call a cord of a chute", footer, declare, run);
}

} // namespace chutes::cli
