// `introspect`: what the authorization server says about a token. Refreshes nothing first.
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "base/utf8.hpp"
#include "cli/command/command.hpp"
#include "oauth/introspection.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct IntrospectOptions {
  bool refresh_token = false;
  std::optional<std::string> source;
};

constexpr const char* footer = R"(The exit code is 3 if the session's token is no longer active.

Examples:
  chutes-login introspect
  chutes-login introspect --refresh-token --json | jq .active
  pass show some-token | chutes-login introspect -
)";

void declare(OptionDeclarer& declarer, IntrospectOptions& options) {
  declarer.flag("--refresh-token", options.refresh_token, "Ask about the session's refresh token instead");
  declarer.argument("SOURCE", options.source, "- reads the token from standard input");
}

Secret token_from_input(Terminal& terminal) {
  constexpr std::size_t longest = 65536; // bytes
  Secret input{terminal.read_all_input(longest)};
  auto token = credential_in(trim(without_byte_order_mark(input.reveal())), "standard input");
  if (token.empty())
    throw Error{ErrorKind::usage, "there is no token on standard input", "pipe one in"};
  return token;
}

Secret session_token(const IntrospectOptions& options, Context& context) {
  const auto credentials = context.vault().find_session();
  if (!credentials)
    throw session::not_signed_in(context.profile());
  if (!options.refresh_token)
    return credentials->access_token;
  if (!credentials->refresh_token)
    throw Error{ErrorKind::sign_in_needed, "the session has no refresh token",
                "sign in with '" + session::sign_in_command(context.profile()) + "'"};
  return *credentials->refresh_token;
}

// "name  value" lines, with relative times beside the server's timestamps.
std::string facts(const Json& document, Instant now) {
  std::string text;
  for (const auto& item : document.items()) {
    constexpr std::size_t longest = 500;
    const auto& value = item.value();
    text += one_line(item.key(), 40);
    text.append(item.key().size() < 12 ? 12 - item.key().size() : 1, ' ');
    text += one_line(value.is_string() ? value.get<std::string>() : json_line(value), longest);
    const bool is_time = item.key() == "exp" || item.key() == "iat" || item.key() == "nbf";
    if (const auto seconds = integer_field(document, item.key()); is_time && seconds)
      text += " (" + relative_time(Instant{std::chrono::seconds{*seconds}}, now) + ")";
    text += "\n";
  }
  return text;
}

void run(const IntrospectOptions& options, Context& context) {
  const bool given = options.source.has_value();
  if (given && *options.source != "-") // an argument would show the token in the list of processes
    throw Error{ErrorKind::usage, "introspect takes no token as an argument", "pipe it in: introspect -"};
  if (given && options.refresh_token)
    throw Error{ErrorKind::usage, "--refresh-token and - cannot be used together", "give only one of them"};
  if (const auto endpoint = context.server().introspection_endpoint)
    context.platform.http.prepare(*endpoint);
  const Secret token = given ? token_from_input(context.platform.terminal) : session_token(options, context);
  const auto answer = context.introspect(token);
  const Json document = *parse_json(answer.text);
  context.result(document, facts(document, context.platform.clock.now()));
  if (!answer.active && !given)
    throw Error{ErrorKind::sign_in_needed,
                options.refresh_token ? "the session's refresh token is no longer active"
                                      : "the session's access token is no longer active",
                options.refresh_token
                    ? "sign in with '" + session::sign_in_command(context.profile()) + "'"
                    : "get a new one with '" + session::command_for("refresh", context.profile()) + "'"};
}

} // namespace

Command introspect_command() {
  return command("introspect", "Using the session", "Show what the server knows about a token", footer,
                 declare, run);
}

} // namespace chutes::cli
