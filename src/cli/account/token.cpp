// `token`: prints a valid access token for other programs, and nothing else.
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct TokenOptions {
  std::optional<std::string> min_valid;
  bool header = false;
  bool curl_config = false;
};

constexpr const char* footer = R"text(Prints a token only, never the API key of CHUTES_API_KEY.

Examples:
  curl -K <(chutes-login token --curl-config) https://api.chutes.ai/users/me
  export OPENAI_API_KEY="$(chutes-login token --min-valid 30m)"
)text";

void declare(OptionDeclarer& declarer, TokenOptions& options) {
  declarer.value("--min-valid", options.min_valid, "TIME",
                 "Refresh the token if it expires within this time, such as 90s or 5m (default: 60s)");
  declarer.flag("--header", options.header, "Print the token as an Authorization header");
  declarer.flag("--curl-config", options.curl_config, "Print the token as a configuration line for curl -K");
}

// Quoted as curl reads its configuration, so that no token can end the value.
std::string curl_option(const std::string& name, const std::string& value) {
  std::string quoted;
  for (const char c : value)
    quoted.append(c == '"' || c == '\\' ? 1 : 0, '\\').append(1, c);
  return name + " = " + quote(quoted) + "\n";
}

std::string form_of(const Secret& token, const TokenOptions& options) {
  const std::string header = "Authorization: Bearer " + token.reveal();
  if (options.curl_config)
    return curl_option("header", header);
  return (options.header ? header : token.reveal()) + "\n";
}

void run(const TokenOptions& options, Context& context) {
  if (options.header && options.curl_config)
    throw Error{ErrorKind::usage, "--header and --curl-config cannot be used together",
                "give only one of them"};
  std::optional<std::chrono::seconds> min_valid;
  if (options.min_valid)
    min_valid = parse_duration(*options.min_valid, "--min-valid");
  const auto token = context.access_tokens_to_hand_out().obtain(min_valid);
  const Json json{{"access_token", token.value.reveal()},
                  {"token_type", "Bearer"},
                  {"expires_at", token.expires_at ? Json(rfc3339(*token.expires_at)) : Json(nullptr)},
                  {"scope", token.scope}};
  context.result(json, form_of(token.value, options));
}

} // namespace

Command token_command() {
  return command("token", "Using the session", "Print a valid access token and nothing else", footer, declare,
                 run);
}

} // namespace chutes::cli
