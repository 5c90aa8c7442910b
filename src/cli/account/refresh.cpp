// `refresh`: refreshes the session now, due or not.
#include "cli/account/account_text.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct RefreshOptions {};

constexpr const char* footer =
    R"(Every command refreshes the access token when it expires within a minute; this one refreshes it now.

Examples:
  chutes-login refresh
  chutes-login refresh --json | jq -r .expires_at
)";

void declare(OptionDeclarer&, RefreshOptions&) {}

void run(const RefreshOptions&, Context& context) {
  context.platform.http.prepare(context.server().token_endpoint);
  const auto credentials = context.access_tokens().refresh_now();
  const auto now = context.platform.clock.now();
  context.result(session_json(credentials, context.profile(), context.store, now),
                 "Refreshed the session of " + who(credentials) + "; it expires " +
                     expiry_text(credentials, now) + ".\n");
}

} // namespace

Command refresh_command() {
  return command("refresh", "Using the session", "Renew the access token now", footer, declare, run);
}

} // namespace chutes::cli
