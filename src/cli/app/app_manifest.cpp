#include "cli/app/app_manifest.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/secrets/remembered_scopes.hpp"
#include "cli/command/input_text.hpp"
#include "service/apps/app_file.hpp"
#include "service/apps/app_rules.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_value = 300;
constexpr std::size_t longest_reason = 1000;
constexpr std::size_t longest_input = 16U << 20U; // bytes

bool is_found(const service::AppFields& app, const service::KnownApps& known) {
  return service::plan_app(app, known).existing.has_value();
}

// Whether an app found by its id may belong to the account that owns `own`: this machine's user may have
// created it with another account.
bool may_belong_with(const std::vector<service::App>& own, const service::App& app) {
  const auto owner = [](const service::App& of) { return string_field(*of.document, "user_id"); };
  return own.empty() || owner(own.front()) == owner(app);
}

// The service lists active apps only; inactive apps are found by the ids that this machine remembers.
void add_inactive(service::KnownApps& known, const AppAdminSession& admin, Context& context) {
  std::set<std::string> listed;
  for (const auto& app : known.own)
    listed.insert(app.app_id);
  for (const auto& id : apps_with_remembered_scopes(context)) {
    auto app = listed.contains(id) ? std::nullopt : admin.apps.find(id);
    if (app && app->active == false && may_belong_with(known.own, *app))
      known.own.push_back(std::move(*app));
  }
}

void add_remembered_scopes(service::KnownApps& known, Context& context) {
  for (const auto& app : known.own)
    if (auto scopes = remembered_scopes(app.app_id, context))
      known.scopes[app.app_id] = std::move(*scopes);
}

void add_others(const std::string& name, service::KnownApps& known, const AppAdminSession& admin) {
  const auto is_own = [&](const service::App& app) {
    return std::any_of(known.own.begin(), known.own.end(),
                       [&](const service::App& own) { return own.app_id == app.app_id; });
  };
  for (auto& app : admin.apps.list(
           {.search = std::string{service::stripped(name)}, .include_public = true, .include_shared = true}))
    if (!is_own(app))
      known.of_others.push_back(std::move(app));
}

bool name_is_taken_by_another_account(const std::vector<service::AppFields>& wanted,
                                      const service::KnownApps& known) {
  const auto collides = [&](const service::App& other) {
    return std::any_of(wanted.begin(), wanted.end(), [&](const service::AppFields& app) {
      return service::name_collides(*app.name, other.name);
    });
  };
  return std::any_of(known.of_others.begin(), known.of_others.end(), collides);
}

// An app that another machine created between the two requests, applying the same file, is only in the list
// of others' apps: moves it to the user's own.
void move_own_apps(service::KnownApps& known, const AppAdminSession& admin) {
  for (auto& own : admin.apps.list({}))
    if (std::erase_if(known.of_others,
                      [&](const service::App& other) { return other.app_id == own.app_id; }) != 0)
      known.own.push_back(std::move(own));
}

std::string shown(const Json& value) {
  return one_line(json_line(value), longest_value);
}

} // namespace

void declare_manifest(OptionDeclarer& declarer, ManifestOptions& options) {
  declarer.value("-f,--file", options.file, "FILE",
                 "JSON file that describes the apps: one app or {\"apps\": […]}; '-' reads standard input");
  declare_admin_key(declarer, options.key);
}

std::vector<service::AppFields> read_manifest(const ManifestOptions& options, Context& context) {
  if (!options.file)
    throw Error{ErrorKind::usage, "-f FILE is missing",
                "give a file that describes the apps, for example {\"name\": \"My App\", \"redirect_uris\": "
                "[\"https://my.example/callback\"]}"};
  const bool from_input = *options.file == "-";
  if (from_input && options.key.from_stdin)
    throw Error{ErrorKind::usage, "standard input cannot be both the file and the API key",
                "give the key with --api-key-file or CHUTES_API_KEY"};
  const auto text = from_input ? text_from_input(context.platform.terminal, longest_input)
                               : text_file_content(*options.file, "-f");
  auto apps =
      service::parse_app_file(text, from_input ? "standard input" : one_line(*options.file, longest_value));
  for (const auto& app : apps)
    for (const auto& remark : service::redirect_uri_warnings(*app.redirect_uris))
      context.notice("warning: the redirect URI " + remark);
  return apps;
}

service::KnownApps find_existing(const std::vector<service::AppFields>& wanted, const AppAdminSession& admin,
                                 Context& context) {
  service::KnownApps known{.own = admin.apps.list({}), .of_others = {}};
  const auto is_missing = [&](const service::AppFields& app) { return !is_found(app, known); };
  if (std::any_of(wanted.begin(), wanted.end(), is_missing))
    add_inactive(known, admin, context);
  for (const auto& app : wanted)
    if (is_missing(app))
      add_others(*app.name, known, admin);
  if (name_is_taken_by_another_account(wanted, known))
    move_own_apps(known, admin);
  add_remembered_scopes(known, context);
  return known;
}

Json step_json(const service::AppStep& step) {
  Json json{{"name", *step.wanted.name}, {"action", service::name_of(step.action)}};
  json["changes"] = service::changes_json(step);
  if (step.existing) {
    json["app_id"] = step.existing->app_id;
    json["client_id"] = step.existing->client_id;
  }
  if (!step.reason.empty())
    json["reason"] = step.reason;
  if (!step.remark.empty())
    json["remark"] = step.remark;
  return json;
}

std::string step_text(const service::AppStep& step, std::string_view verb) {
  std::string text{verb};
  text += " '" + one_line(*step.wanted.name, longest_name) + "'\n";
  for (const auto& change : service::changes_json(step)) {
    const Json& from = change["from"];
    text += "  " + change["field"].get<std::string>() + ": ";
    text += (from.is_null() ? "" : shown(from) + " -> ") + shown(change["to"]) + "\n";
  }
  for (const auto* sentence : {&step.reason, &step.remark})
    if (!sentence->empty())
      text += "  " + one_line(*sentence, longest_reason) + "\n";
  return text;
}

void report_plan(const std::vector<service::AppStep>& steps, Context& context) {
  Json json = Json::array();
  std::string text;
  for (const auto& step : steps) {
    json.push_back(step_json(step));
    text += step_text(step, service::name_of(step.action));
  }
  context.result(json, text);
}

} // namespace chutes::cli
