// `status`: who is signed in, until when, and which credential a call would use. Does not use the network.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/account/account_text.hpp"
#include "cli/account/app_activity.hpp"
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
    R"(The exit code is 0 if the selected profile can make a call now or after a refresh; 3 if not, and 7
if its session cannot be read. With --all, a profile that cannot be read is shown as such.
Without --check, status does not use the network: the session may have been revoked elsewhere, or the
app of its client deactivated.

Examples:
  chutes-login status
  chutes-login status --all
  chutes-login status --check --quiet || chutes-login login
)";

void declare(OptionDeclarer& declarer, StatusOptions& options) {
  declarer.flag("--all", options.all, "Show every profile, not only the selected one");
  declarer.flag("--check", options.check, "Ask the server whether it still accepts the tokens");
}

// Which of a session's tokens the server says are active, and whether it takes them.
struct Liveness {
  bool access_token = false;
  bool refresh_token = false;
  bool app_inactive = false; // then it takes neither
};

struct Row {
  KeychainKey key;
  session::Stored<session::Credentials> session;
  std::optional<Liveness> liveness;

  // Null if there is none, or none that can be read.
  [[nodiscard]] const session::Credentials* credentials() const {
    return std::get_if<session::Credentials>(&session);
  }
  // Why it is not known whether there is a session; null if it is known.
  [[nodiscard]] const Error* problem() const {
    if (const auto* unreadable = std::get_if<session::Unreadable>(&session))
      return &unreadable->reason;
    const auto* no_keychain = std::get_if<session::NoKeychain>(&session);
    return no_keychain == nullptr ? nullptr : &no_keychain->reason;
  }
};

Row read_row(const KeychainKey& key, Context& context) {
  return {key, session::Vault{context.platform.keychain, key.profile, key.issuer}.look_up_session(), {}};
}

// The sessions of other profiles and at other servers. If they cannot be listed, the selected profile's row
// says why.
std::vector<Row> other_rows(Context& context) {
  std::vector<Row> rows;
  const auto listed = session::look_up([&] { return std::optional{context.platform.keychain.list()}; });
  const auto* keys = std::get_if<std::vector<KeychainKey>>(&listed);
  if (keys == nullptr)
    return rows;
  for (const auto& key : *keys) {
    const bool is_selected =
        key.profile == context.profile() && (key.issuer == context.issuer() || key.kind.empty());
    if (!is_selected && (key.kind == "session" || key.kind.empty()))
      rows.push_back(read_row(key, context));
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.key < b.key; });
  return rows;
}

std::vector<Row> read_rows(const StatusOptions& options, Context& context) {
  std::vector<Row> rows;
  if (options.all)
    rows = other_rows(context);
  rows.insert(rows.begin(), read_row({context.profile(), context.issuer(), "session"}, context));
  return rows;
}

bool refreshable(const session::Credentials& credentials) {
  return credentials.refresh_token && !credentials.refused;
}

bool usable(const Row& row, Instant now) {
  const auto* credentials = row.credentials();
  if (credentials == nullptr)
    return false;
  if (row.liveness)
    return !row.liveness->app_inactive && (row.liveness->access_token || row.liveness->refresh_token);
  return refreshable(*credentials) || credentials->fresh(now, std::chrono::seconds{1});
}

Json liveness_json(const Liveness& liveness) {
  Json json{{"access_token", liveness.access_token}, {"refresh_token", liveness.refresh_token}};
  if (liveness.app_inactive)
    json["app_active"] = false;
  return json;
}

Json row_json(const Row& row, store::StoreKind store, Instant now) {
  const auto* credentials = row.credentials();
  Json json{{"name", row.key.profile}, {"signed_in", credentials != nullptr}};
  if (credentials != nullptr) {
    const Json facts = session_json(*credentials, row.key.profile, store, now);
    for (const char* name : {"username", "scope", "expires_at", "expires_in"})
      json[name] = facts[name];
    json["refreshable"] = refreshable(*credentials);
    json["client_id"] = credentials->client_id;
    if (row.liveness)
      json["check"] = liveness_json(*row.liveness);
  }
  if (const auto* problem = row.problem())
    json["error"] = {{"message", problem->what()}, {"hint", problem->hint()}};
  json["store"] = store::name_of(store);
  if (!row.key.issuer.empty())
    json["issuer"] = row.key.issuer;
  return json;
}

std::string refreshable_text(const session::Credentials& credentials, Instant now) {
  if (credentials.refused)
    return std::string{"no: "} + session::refusal_error(*credentials.refused, "").what() + " (found " +
           relative_time(credentials.refused->at, now) + ")";
  return credentials.refresh_token ? "yes, when a call needs it" : "no";
}

std::string liveness_text(const Liveness& liveness) {
  const std::string access =
      liveness.access_token ? "the access token is active" : "the access token is not active";
  return access +
         (liveness.refresh_token ? ", the refresh token is active" : ", the refresh token is not active") +
         (liveness.app_inactive ? ", but their app is inactive, and every call with them is refused" : "");
}

// `problem` has happened to this record; what to do about it must not touch the selected profile's.
std::string problem_text(const Error& problem) {
  constexpr std::size_t longest = 500;
  return "  unreadable    " + one_line(problem.what(), longest) + "\n" + "  hint          " +
         one_line(problem.hint(), longest) + "\n";
}

std::string row_text(const Row& row, store::StoreKind store, Instant now) {
  constexpr std::size_t longest = 200;
  std::string text = "profile " + one_line(row.key.profile, longest) +
                     (row.key.issuer.empty() ? "" : " at " + one_line(row.key.issuer, longest)) + "\n";
  if (const auto* problem = row.problem())
    return text + problem_text(*problem);
  if (row.credentials() == nullptr)
    return text + "  not signed in\n";
  const auto& credentials = *row.credentials();
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

// The credential that a call uses, as it is reported.
struct ReportedCredential {
  const char* source;
  bool usable;
  std::string text;
};

ReportedCredential report_of(const session::CallCredential& chosen, const Row& row, Context& context) {
  if (std::holds_alternative<session::GivenToken>(chosen))
    return {"CHUTES_ACCESS_TOKEN", true,
            row.credentials() != nullptr ? "CHUTES_ACCESS_TOKEN, which overrides the stored session"
                                         : "CHUTES_ACCESS_TOKEN"};
  if (const auto* key = std::get_if<session::ApiKey>(&chosen))
    return {"CHUTES_API_KEY", true, "CHUTES_API_KEY: " + one_line(key->because, 200)};
  if (std::holds_alternative<session::NoCredential>(chosen))
    return {"none", false, "no credential"};
  const bool has_key = context.platform.environment.find("CHUTES_API_KEY").has_value();
  return {"session", usable(row, context.platform.clock.now()),
          has_key ? "session, which overrides CHUTES_API_KEY" : "session"};
}

std::string unusable_session(const Row& row) {
  if (row.liveness)
    return "the session's tokens are no longer active at the server";
  return row.credentials()->refused ? session::refusal_error(*row.credentials()->refused, "").what()
                                    : "the session has expired and cannot be refreshed";
}

// Throws why the selected profile cannot make a call.
[[noreturn]] void refuse(const session::CallCredential& chosen, const Row& row, const Context& context) {
  if (const auto* none = std::get_if<session::NoCredential>(&chosen))
    throw Error{none->reason};
  if (row.liveness && row.liveness->app_inactive)
    throw Error{ErrorKind::sign_in_needed, "the app of the session's client is inactive at the service",
                "activate it with '" +
                    session::activation_command(row.credentials()->client_id, context.profile()) + "'"};
  throw Error{ErrorKind::sign_in_needed, unusable_session(row),
              "sign in with '" + session::sign_in_command(context.profile()) + "'"};
}

Liveness ask_server(const session::Credentials& credentials, Context& context) {
  Liveness liveness;
  liveness.access_token = context.introspect(credentials.access_token).active;
  liveness.refresh_token = credentials.refresh_token && context.introspect(*credentials.refresh_token).active;
  liveness.app_inactive = (liveness.access_token || liveness.refresh_token) &&
                          is_app_inactive(credentials, liveness.access_token, context);
  return liveness;
}

void run(const StatusOptions& options, Context& context) {
  auto rows = read_rows(options, context);
  auto& selected = rows.front();
  if (options.check && selected.credentials() != nullptr)
    selected.liveness = ask_server(*selected.credentials(), context);
  const auto now = context.platform.clock.now();
  const auto chosen = session::choose_credential(selected.session, context.profile(),
                                                 context.platform.environment, context.api_key_use());
  const auto reported = report_of(chosen, selected, context);
  Json profiles = Json::array();
  std::string text;
  for (const auto& row : rows) {
    profiles.push_back(row_json(row, context.store, now));
    text += row_text(row, context.store, now);
  }
  text += "calls use " + reported.text + "\n";
  context.result(Json{{"profiles", profiles},
                      {"credential", {{"source", reported.source}, {"usable", reported.usable}}}},
                 text);
  if (!reported.usable)
    refuse(chosen, selected, context);
}

} // namespace

Command status_command() {
  return command("status", "Signing in and out", "Show who is signed in and until when", footer, declare,
                 run);
}

} // namespace chutes::cli
