// `invoke`: ask a model, or call any cord of any chute.
#include "base/error.hpp"
#include "cli/command/command.hpp"
#include "cli/invoke/invoke_options.hpp"

namespace chutes::cli {
namespace {

constexpr const char* footer =
    R"(With -m the words are the prompt. If standard input is a pipe or a file, its text is appended to the
prompt, or is the prompt if there are no words; --no-stdin leaves it to the loop or script around the command.
Without -m the words are a chute (user/name, name, slug, id or URL) and the path of one of its cords.

An attachment's type is detected from its first bytes: JPEG, PNG, GIF, WebP and BMP files are sent as images,
UTF-8 text is added to the prompt under its file name. A conversation is stored in
chutes-login/conversations/NAME.jsonl in the state directory; only complete answers are stored. Write
--continue=NAME, or put the prompt before --continue.

Fields make a JSON body, or a form with -H 'Content-Type: multipart/form-data' (where -F NAME=@FILE uploads
the file) or application/x-www-form-urlencoded. Send any other body with -d and its Content-Type. Numbers are
sent as written, and -d and -F read up to 256 MiB. Images, audio and video inside a JSON answer are written
beside it with -o DIR/, and instead of it with -o FILE.png. Interrupted transfers cannot be resumed.

Examples:
  chutes invoke -m deepseek-ai/DeepSeek-V3.2-TEE "Explain PKCE in one paragraph"
  chutes invoke -m Qwen/Qwen3.8-27B-TEE --attach chart.png "What does this show?"
  chutes invoke -m deepseek-ai/DeepSeek-V3.2-TEE --schema person.json "Ada, born 1815" | jq .born
  chutes invoke -m deepseek-ai/DeepSeek-V3.2-TEE --continue=tour "And what is there to see in Graz?"
  git diff | chutes invoke -m deepseek-ai/DeepSeek-V3.2-TEE "Write a commit message for this change"
  while read -r word; do
    chutes invoke -m Qwen/Qwen3.8-27B-TEE --no-stdin "Translate into German: $word"
  done < words.txt
  chutes invoke FLUX.1-schnell -f prompt="a lighthouse" -F width=1024 -o lighthouse.jpg
  chutes invoke my-chute /transcribe -F audio=@talk.wav -H 'Content-Type: multipart/form-data'
  chutes invoke chutes/my-chute /status -X GET
  chutes invoke --batch requests.jsonl -m deepseek-ai/DeepSeek-V3.2-TEE -o results.jsonl --resume

Each line of a batch is a request as in OpenAI's batch files ({"custom_id", "method", "url", "body"}) or a
body alone. No two lines may have the same custom_id. Each result holds "custom_id", "response" and "error",
and "line", the number of its line. A line that fails does not stop the others; the batch then exits with 10.
--resume matches lines by custom_id, or by line number if they have none, sends failed lines again, and never
sends an answered line twice. --max-cost counts the tokens that answers report; requests in progress when it
is reached are still charged.
)";

void declare_chat_options(OptionDeclarer& declarer, InvokeOptions& options) {
  declarer.group("Asking a model");
  declarer.value("-m,--model", options.model, "MODEL", "The model to ask");
  declarer.value("--system", options.system, "TEXT|@FILE", "The system prompt");
  declarer.decimal("--temperature", options.temperature, "T", "Sampling temperature");
  declarer.whole("--max-tokens", options.max_tokens, "N", "Limit the answer to N tokens");
  declarer.choice("--reasoning", options.reasoning, {"show", "hide"},
                  "Print a model's reasoning on standard error (default: hide)");
  declarer.list("--attach", options.attachments, "FILE|URL",
                "Attach an image (a file or an https URL) or a text file (repeatable)");
  declarer.list("--stop", options.stop, "TEXT", "End the answer before this text (repeatable)");
  declarer.whole("--seed", options.seed, "N", "Sampling seed, for reproducible answers");
  declarer.list("--param", options.parameters, "NAME=VALUE",
                "Any other parameter: a number, true, false, null, or text (repeatable)");
  declarer.list("--param-json", options.json_parameters, "NAME=JSON|@FILE",
                "Any other parameter as JSON, or as a file of JSON (repeatable)");
  declarer.value("--schema", options.schema, "FILE",
                 "Ask for JSON that matches this JSON Schema, and exit 6 if the answer does not");
  declarer.optional_value("--continue", options.conversation, "", "NAME",
                          "Continue a stored conversation, or start it (default: the profile's name)");
  declarer.flag("--no-stdin", options.no_stdin, "Leave standard input alone, as in a loop that reads it");
  declarer.flag("--no-stream", options.no_stream, "Request the answer in one piece");
  declarer.flag("-n,--no-newline", options.no_newline,
                "Do not end the last line of an answer in a pipe or a file");
  declarer.flag("--usage", options.usage, "Print tokens, timing and cost on standard error");
  declarer.list("--fail-on", options.fail_on, "length|filter",
                "Exit 10 if the answer was cut by the length limit, or was filtered or refused (repeatable)");
  declarer.flag("--strict", options.strict, "Exit 10 for both of these, and for an unknown ending");
}

void declare_chute_options(OptionDeclarer& declarer, InvokeOptions& options) {
  declarer.group("Calling a cord");
  declarer.value("-X,--method", options.method, "METHOD", "The HTTP method (default: the cord's own)");
  declarer.value("-d,--data", options.data, "DATA|@FILE|-", "The body; - reads it from standard input");
  declarer.list("-f,--field", options.fields, "NAME=TEXT", "A text field of the JSON body (repeatable)");
  declarer.list("-F,--json-field", options.json_fields, "NAME=JSON|@FILE",
                "A JSON field of the JSON body, or the text of a file (repeatable)");
  declarer.list("-H,--header", options.headers, "NAME:VALUE", "A request header (repeatable)");
  declarer.flag("--no-check", options.no_check, "Send the body even if it does not match the cord's schema");
}

void declare_batch_options(OptionDeclarer& declarer, InvokeOptions& options) {
  declarer.group("Batches");
  declarer.value("--batch", options.batch, "FILE|-",
                 "Send each line of a JSONL file (a request or its body) and write one result a line");
  declarer.whole("--jobs", options.jobs, "N", "Send at most N requests of a batch at once (default: 8)");
  declarer.flag("--ordered", options.ordered, "Write the results of a batch in the order of its lines");
  declarer.flag("--resume", options.resume, "Send only the lines that the results in -o do not answer");
  declarer.value("--rate", options.rate, "N/s",
                 "Send at most N requests of a batch a second (N/m: a minute, N/h: an hour)");
  declarer.decimal("--max-cost", options.max_cost, "USD",
                   "Send no more lines once the answers cost this much at list prices");
}

void declare_output_options(OptionDeclarer& declarer, InvokeOptions& options) {
  declarer.group("Output and limits");
  declarer.value("-o,--output", options.output, "FILE|DIR/",
                 "Write the answer to a file (-: standard output); in DIR/ it is named after its type");
  declarer.flag("-i,--include", options.include, "Print the status and the headers of the answer too");
  declarer.flag("--raw", options.raw, "Do not neutralise escape sequences on a terminal");
  declarer.flag("--dry-run", options.dry_run, "Print the request instead of sending it");
  declarer.flag("--curl", options.curl,
                "Print a curl command that takes its token from this program, and send nothing");
  declarer.whole("--retry", options.retry, "N",
                 "Retry after 408, 429, 502, 503, 504 and failed connections (default: 0; in a batch: 5)");
  declarer.decimal("--max-time", options.max_time, "SECONDS", "Limit for the whole command");
}

void declare(OptionDeclarer& declarer, InvokeOptions& options) {
  declarer.arguments("WORDS", options.words, "The prompt, with -m; else a chute and the path of a cord");
  declare_chat_options(declarer, options);
  declare_chute_options(declarer, options);
  declare_batch_options(declarer, options);
  declare_output_options(declarer, options);
}

// -o - is standard output, as without -o.
void take_output(InvokeOptions& options) {
  if (!options.output)
    return;
  if (options.output->empty())
    throw Error{ErrorKind::usage, "-o requires the name of a file or a directory",
                "omit -o, or write -o - for standard output"};
  if (options.output == "-")
    options.output.reset();
}

void run(const InvokeOptions& given, Context& context) {
  InvokeOptions options = given;
  take_output(options);
  const bool for_chute = options.method || options.data || !options.fields.empty() ||
                         !options.json_fields.empty() || !options.headers.empty() || options.output ||
                         options.include || options.no_check;
  if (options.batch) {
    invoke_batch(options, context);
    return;
  }
  if (options.jobs || options.ordered || options.resume || options.rate || options.max_cost)
    throw Error{ErrorKind::usage, "--jobs, --ordered, --resume, --rate and --max-cost require --batch",
                "add --batch FILE, or omit them"};
  if (options.model && for_chute)
    throw Error{ErrorKind::usage,
                "-m cannot be combined with -X, -d, -f, -F, -H, -o, -i or --no-check, which call a chute",
                "omit -m to call a chute, or omit the others to ask a model"};
  if (!options.model && has_chat_options(options))
    throw Error{ErrorKind::usage, "--system, --attach, --schema and the other options for models require -m",
                "add -m MODEL; 'invoke --help' lists these options under \"Asking a model\""};
  if (options.model)
    invoke_chat(options, context);
  else if (!options.words.empty())
    invoke_chute(options, context);
  else
    throw Error{ErrorKind::usage, "no model or chute is given",
                "add -m MODEL and a prompt, or the name of a chute, such as FLUX.1-schnell"};
}

} // namespace

bool has_chat_options(const InvokeOptions& options) {
  return options.system || options.temperature || options.max_tokens || options.seed || options.schema ||
         options.conversation || !options.reasoning.empty() || options.no_stdin || options.no_stream ||
         options.no_newline || options.usage || options.strict || !options.fail_on.empty() ||
         !options.attachments.empty() || !options.stop.empty() || !options.parameters.empty() ||
         !options.json_parameters.empty();
}

Command invoke_command() {
  return command("invoke", "Invoking", "Ask a model, or call a cord of a chute", footer, declare, run);
}

} // namespace chutes::cli
