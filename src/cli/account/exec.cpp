// `exec`: another program in place of this one, with a valid access token in its environment.
#include "base/error.hpp"
#include "cli/command/command.hpp"
#include "cli/command/duration_option.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

struct ExecOptions {
  std::vector<std::string> names;
  std::optional<std::string> min_valid;
  std::vector<std::string> command;
};

constexpr const char* footer =
    R"text(COMMAND replaces chutes-login: its exit code, input, output and signals are those of
COMMAND. It is not given CHUTES_OAUTH_CLIENT_SECRET, CHUTES_API_KEY or
CHUTES_STORE_PASSPHRASE_FILE. Exit code 127 if it is not found, 126 if it cannot be run.

Examples:
  chutes-login exec -- python3 chat.py
  chutes-login exec --min-valid 30m --env CHUTES_TOKEN -- make report
)text";

// What is for this program alone: whoever has these could do more than use the token.
constexpr const char* own_secrets[] = {"CHUTES_OAUTH_CLIENT_SECRET", "CHUTES_API_KEY",
                                       "CHUTES_STORE_PASSPHRASE_FILE"};

void declare(OptionDeclarer& declarer, ExecOptions& options) {
  declarer.list("--env", options.names, "NAME",
                "Put the token in this variable (instead of CHUTES_ACCESS_TOKEN, OPENAI_API_KEY and "
                "OPENAI_BASE_URL)");
  declarer.value("--min-valid", options.min_valid, "TIME",
                 "Refresh if less than this is left, as 90s or 5m (default: 60s)");
  declarer.command("COMMAND", options.command, "The program to run and its arguments, as they are");
}

bool is_variable_name(const std::string& name) {
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

void check(const ExecOptions& options) {
  if (options.command.empty())
    throw Error{ErrorKind::usage, "exec wants a command to run",
                "for example: chutes-login exec -- python3 chat.py"};
  if (!std::all_of(options.names.begin(), options.names.end(), is_variable_name))
    throw Error{ErrorKind::usage, "--env wants the name of a variable: letters, digits and '_'",
                "for example --env OPENAI_API_KEY"};
}

std::map<std::string, std::string> environment_of(const ExecOptions& options, const Secret& token,
                                                  const Context& context) {
  auto variables = context.platform.environment.all();
  for (const char* name : own_secrets)
    variables.erase(name);
  for (const auto& name : options.names)
    variables[name] = token.reveal();
  if (options.names.empty()) {
    variables["CHUTES_ACCESS_TOKEN"] = token.reveal();
    variables["OPENAI_API_KEY"] = token.reveal();
    variables["OPENAI_BASE_URL"] = context.endpoints.llm.with_path_added("/v1").text();
  }
  return variables;
}

void run(const ExecOptions& options, Context& context) {
  check(options);
  std::optional<std::chrono::seconds> min_valid;
  if (options.min_valid)
    min_valid = parse_duration(*options.min_valid, "--min-valid");
  const auto token = context.access_tokens().obtain(min_valid);
  context.platform.launcher.become(options.command, environment_of(options, token.value, context));
}

} // namespace

Command exec_command() {
  return command("exec", "Using the session", "Run a command with the token in its environment", footer,
                 declare, run);
}

} // namespace chutes::cli
