// `exec`: replaces this program by another one, with a valid access token in its environment.
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "cli/command/command.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

struct ExecOptions {
  std::vector<std::string> names;
  std::optional<std::string> min_valid;
  std::vector<std::string> command;
};

constexpr const char* footer =
    R"text(COMMAND replaces chutes-login, so its exit code, input, output and signals are those of
COMMAND. CHUTES_OAUTH_CLIENT_SECRET, CHUTES_API_KEY, CHUTES_STORE_PASSPHRASE_FILE and
CREDENTIALS_DIRECTORY are removed from its environment, and the API key is never used as the token.
With --issuer, name the variable with --env, because OPENAI_BASE_URL is an address of Chutes. The
exit code is 127 if COMMAND is not found and 126 if it cannot be run.

Examples:
  chutes-login exec -- python3 chat.py
  chutes-login exec --min-valid 30m --env CHUTES_TOKEN -- make report
)text";

// Secrets for this program only, and where they are found: they allow more than the token does.
constexpr const char* own_secrets[] = {"CHUTES_OAUTH_CLIENT_SECRET", "CHUTES_API_KEY",
                                       "CHUTES_STORE_PASSPHRASE_FILE", "CREDENTIALS_DIRECTORY"};

void declare(OptionDeclarer& declarer, ExecOptions& options) {
  declarer.list("--env", options.names, "NAME",
                "Put the token in this variable (instead of CHUTES_ACCESS_TOKEN, OPENAI_API_KEY and "
                "OPENAI_BASE_URL)");
  declarer.value("--min-valid", options.min_valid, "TIME",
                 "Refresh the token if it expires within this time, such as 90s or 5m (default: 60s)");
  declarer.command("COMMAND", options.command, "The program to run, and its arguments");
}

bool is_variable_name(const std::string& name) {
  return !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_';
  });
}

void check(const ExecOptions& options) {
  if (options.command.empty())
    throw Error{ErrorKind::usage, "exec requires a command to run",
                "give one, for example: chutes-login exec -- python3 chat.py"};
  if (!std::all_of(options.names.begin(), options.names.end(), is_variable_name))
    throw Error{ErrorKind::usage,
                "--env must be the name of a variable: letters, digits and '_', no digit first",
                "for example --env OPENAI_API_KEY"};
}

std::map<std::string, std::string> environment_of(const ExecOptions& options, const Secret& token,
                                                  const Context& context) {
  auto variables = context.platform.environment.all();
  for (const char* name : own_secrets)
    variables.erase(name);
  for (const auto& name : options.names)
    variables[name] = token.reveal();
  if (context.options.issuer) // a chutes-login in it must not take the token for one of Chutes
    variables["CHUTES_OIDC_ISSUER"] = context.issuer();
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
  if (options.names.empty()) // the token is exported with the service's address
    context.require_own_issuer(context.endpoints.llm);
  const auto token = context.access_tokens_to_hand_out().obtain(min_valid);
  context.platform.launcher.become(options.command, environment_of(options, token.value, context));
}

} // namespace

Command exec_command() {
  return command("exec", "Using the session", "Run a command with the token in its environment", footer,
                 declare, run);
}

} // namespace chutes::cli
