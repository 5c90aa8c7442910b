// `status`: who is signed in, until when, and which credential a call would use. Does not use the network.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/account/account_text.hpp"
#include "cli/command/chosen_store.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

struct StatusOptions {
  bool all = false;
  bool check = false;
};

constexpr const char* footer =
    R"(The exit code is 0 if the selected profile can make a call now or after a refresh, else 3.
Without --check, status does not use the network: the session may have been revoked elsewhere.

Examples:
  chutes-login status
  chutes-login status --all
  chutes-login status --check --quiet || chutes-login login
)";

void declare(OptionDeclarer& declarer, StatusOptions& options) {
  declarer.flag("--all", options.all, "Show every profile, not only the selected one");
  declarer.flag("--check", options.check, "Ask the server whether the tokens are still active");
}

// Which of a session's tokens the server says are active.
struct Liveness {
  bool access_token = false;
  bool refresh_token = false;
};

struct Row {
  KeychainKey key;
  std::optional<session::Credentials> credentials;
  std::optional<Liveness> liveness;
};

std::vector<Row> read_rows(const StatusOptions& options, Context& context) {
  std::vector<Row> rows;
  if (options.all)
    for (const auto& key : context.platform.keychain.list())
      if (key.kind == "session" && (key.profile != context.profile() || key.issuer != context.issuer()))
        rows.push_back(
            {key, session::Vault{context.platform.keychain, key.profile, key.issuer}.find_session(), {}});
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.key < b.key; });
  rows.insert(rows.begin(),
              {{context.profile(), context.issuer(), "session"}, context.vault().find_session(), {}});
  return rows;
}

// A call with a credential from the environment needs no keychain, so its failure is only a note then.
std::vector<Row> read_rows_or_none(const StatusOptions& options, Context& context) {
  try {
    return read_rows(options, context);
  } catch (const Error& error) {
    const auto& environment = context.platform.environment;
    if (!is_store_failure(error.kind()) ||
        !(environment.find("CHUTES_ACCESS_TOKEN") || environment.find("CHUTES_API_KEY")))
      throw;
    context.notice(std::string{"note: "} + error.what());
    return {{{context.profile(), context.issuer(), "session"}, std::nullopt, {}}};
  }
}

bool refreshable(const session::Credentials& credentials) {
  return credentials.refresh_token && !credentials.refused;
}

bool usable(const Row& row, Instant now) {
  if (!row.credentials)
    return false;
  if (row.liveness)
    return row.liveness->access_token || row.liveness->refresh_token;
  return refreshable(*row.credentials) || row.credentials->fresh(now, std::chrono::seconds{1});
}

Json row_json(const Row& row, store::StoreKind store, Instant now) {
  Json json{{"name", row.key.profile}, {"signed_in", row.credentials.has_value()}};
  if (row.credentials) {
    const Json facts = session_json(*row.credentials, row.key.profile, store, now);
    for (const char* name : {"username", "scope", "expires_at", "expires_in"})
      json[name] = facts[name];
    json["refreshable"] = refreshable(*row.credentials);
    json["client_id"] = row.credentials->client_id;
    if (row.liveness)
      json["check"] = {{"access_token", row.liveness->access_token},
                       {"refresh_token", row.liveness->refresh_token}};
  }
  json["store"] = store::name_of(store);
  json["issuer"] = row.key.issuer;
  return json;
}

std::string refreshable_text(const session::Credentials& credentials, Instant now) {
  if (credentials.refused)
    return std::string{"no: "} + session::refusal_error(*credentials.refused).what() + " (found " +
           relative_time(credentials.refused->at, now) + ")";
  return credentials.refresh_token ? "yes, when a call needs it" : "no";
}

std::string liveness_text(const Liveness& liveness) {
  const std::string access =
      liveness.access_token ? "the access token is active" : "the access token is not active";
  return access +
         (liveness.refresh_token ? ", the refresh token is active" : ", the refresh token is not active");
}

std::string row_text(const Row& row, store::StoreKind store, Instant now) {
  std::string text = "profile " + row.key.profile + " at " + row.key.issuer + "\n";
  if (!row.credentials)
    return text + "  not signed in\n";
  const auto& credentials = *row.credentials;
  const bool expired = !credentials.fresh(now, std::chrono::seconds{1});
  text += "  signed in as  " + who(credentials) + "\n";
  text += "  scopes        " + one_line(oauth::scope_text(credentials.scope), 500) + "\n";
  text +=
      std::string{expired ? "  expired       " : "  expires       "} + expiry_text(credentials, now) + "\n";
  text += "  refreshable   " + refreshable_text(credentials, now) + "\n";
  if (row.liveness)
    text += "  checked       " + liveness_text(*row.liveness) + "\n";
  if (credentials.clock_skew && std::chrono::abs(*credentials.clock_skew) > std::chrono::minutes{2})
    text += "  clock         " + duration_text(std::chrono::abs(*credentials.clock_skew)) +
            (credentials.clock_skew->count() > 0 ? " behind" : " ahead of") + " the server's\n";
  return text + "  kept in       " + place_of(store) + "\n";
}

// The credential that a call uses, in the order of session::AccessTokens::obtain.
struct CallCredential {
  std::string source;
  bool usable;
  std::string overrides; // another credential that is there too; may be empty
};

CallCredential call_credential(const Row& row, Context& context) {
  const auto& credentials = row.credentials;
  const bool has_key = context.platform.environment.find("CHUTES_API_KEY").has_value();
  if (context.platform.environment.find("CHUTES_ACCESS_TOKEN"))
    return {"CHUTES_ACCESS_TOKEN", true, credentials ? "the stored session" : ""};
  if (credentials)
    return {"session", usable(row, context.platform.clock.now()), has_key ? "CHUTES_API_KEY" : ""};
  if (has_key)
    return {"CHUTES_API_KEY", true, ""};
  return {"none", false, ""};
}

std::string unusable_session(const Row& row) {
  if (row.liveness)
    return "the session's tokens are no longer active at the server";
  return row.credentials && row.credentials->refused
             ? session::refusal_error(*row.credentials->refused).what()
             : "the session has expired and cannot be refreshed";
}

Liveness ask_server(const session::Credentials& credentials, Context& context) {
  Liveness liveness;
  liveness.access_token = context.introspect(credentials.access_token).active;
  liveness.refresh_token = credentials.refresh_token && context.introspect(*credentials.refresh_token).active;
  return liveness;
}

void run(const StatusOptions& options, Context& context) {
  auto rows = read_rows_or_none(options, context);
  if (auto& selected = rows.front(); options.check && selected.credentials)
    selected.liveness = ask_server(*selected.credentials, context);
  const auto now = context.platform.clock.now();
  const auto chosen = call_credential(rows.front(), context);
  Json profiles = Json::array();
  std::string text;
  for (const auto& row : rows) {
    profiles.push_back(row_json(row, context.store, now));
    text += row_text(row, context.store, now);
  }
  text += "calls use " + (chosen.source == "none" ? "no credential" : chosen.source) +
          (chosen.overrides.empty() ? "" : ", which overrides " + chosen.overrides) + "\n";
  context.result(
      Json{{"profiles", profiles}, {"credential", {{"source", chosen.source}, {"usable", chosen.usable}}}},
      text);
  if (!chosen.usable)
    throw Error{ErrorKind::sign_in_needed,
                chosen.source == "none" ? "not signed in as profile '" + context.profile() + "'"
                                        : unusable_session(rows.front()),
                "sign in with '" + context.program + " login'"};
}

} // namespace

Command status_command() {
  return command("status", "Signing in and out", "Show who is signed in and until when", footer, declare,
                 run);
}

} // namespace chutes::cli
