// `app update`: changes what was given of an app and leaves the rest, what we do not know of included.
#include "base/error.hpp"
#include "cli/app/app_admin_session.hpp"
#include "cli/app/app_options.hpp"
#include "cli/app/app_text.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

struct UpdateOptions {
  std::optional<std::string> app;
  AppOptions fields;
  std::vector<std::string> added_uris;
  std::vector<std::string> removed_uris;
  bool activate = false;
  bool deactivate = false;
  std::vector<std::string> scope;
  AdminKeyOptions key;
};

constexpr const char* footer = R"(Examples:
  chutes-login app update "My shop" --add-redirect-uri https://staging.shop.example/callback
  chutes-login app update cid_… --name "My better shop" --private
  chutes-login app update "My shop" --deactivate

The service can replace a description or a URL, but not clear it. It never changes scopes:
'chutes-login app replace' makes a new app with others.
)";

void declare(OptionDeclarer& declarer, UpdateOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, its client id or its exact name");
  declare_app(declarer, options.fields);
  declarer.list("--add-redirect-uri", options.added_uris, "URI",
                "Add this one to the redirect URIs (repeatable); --redirect-uri replaces them all");
  declarer.list("--remove-redirect-uri", options.removed_uris, "URI",
                "Take this one out of them (repeatable)");
  declarer.flag("--activate", options.activate, "Let people sign in with it again");
  declarer.flag("--deactivate", options.deactivate, "Let nobody sign in with it");
  declarer.list("--scope", options.scope, "SCOPE", "Refused: the service never changes the scopes of an app");
  declare_admin_key(declarer, options.key);
}

void refuse_scopes(const UpdateOptions& options, const Context& context) {
  if (!options.scope.empty())
    throw Error{ErrorKind::usage, "the scopes of an app cannot be changed after it was created",
                "'" + context.program +
                    " app replace APP --name NAME --scope …' makes a new app with them, otherwise the same"};
}

service::AppFields given_fields(const UpdateOptions& options) {
  if (options.activate && options.deactivate)
    throw Error{ErrorKind::usage, "--activate and --deactivate exclude each other", "give one"};
  if (!options.fields.redirect_uris.empty() && !(options.added_uris.empty() && options.removed_uris.empty()))
    throw Error{ErrorKind::usage,
                "--redirect-uri replaces all redirect URIs, and excludes adding and removing some",
                "give one or the other"};
  auto fields = app_fields(options.fields);
  if (options.activate || options.deactivate)
    fields.active = options.activate;
  return fields;
}

// What the app's URIs become by adding and removing; absent: they stay. Throws Error{usage} for one to be
// removed that is not there.
std::optional<std::vector<std::string>> edited_uris(const service::App& app, const UpdateOptions& options) {
  if (options.added_uris.empty() && options.removed_uris.empty())
    return std::nullopt;
  auto uris = app.redirect_uris;
  for (const auto& uri : options.removed_uris)
    if (std::erase(uris, uri) == 0)
      throw Error{ErrorKind::usage, "the app has no redirect URI " + uri,
                  "they are compared letter by letter; 'app show' lists them"};
  for (const auto& uri : options.added_uris)
    if (std::find(uris.begin(), uris.end(), uri) == uris.end())
      uris.push_back(uri);
  return uris;
}

std::string names_of(const service::AppFields& fields) {
  std::string names;
  const Json body = service::fields_json(fields);
  for (const auto& item : body.items())
    names += (names.empty() ? "" : ", ") + item.key();
  return names;
}

void run(const UpdateOptions& options, Context& context) {
  refuse_scopes(options, context);
  auto fields = given_fields(options);
  const bool edits_uris = !options.added_uris.empty() || !options.removed_uris.empty();
  if (!edits_uris || fields != service::AppFields{}) // else known only with the app
    require_valid(fields, service::AppFieldsFor::change, context);
  const AppAdminSession desk{options.key, context};
  const auto before = desk.required(options.app);
  if (auto uris = edited_uris(before, options)) {
    fields.redirect_uris = std::move(*uris);
    require_valid(fields, service::AppFieldsFor::change, context);
  }
  const auto app = desk.apps.update(before.app_id, fields);
  context.result(*app.document,
                 "Changed " + names_of(fields) + " of " + app_title(app) + ".\n" + app_facts(app, {}));
  if (options.deactivate)
    context.notice("Nobody can sign in with it any more; tokens it has already may work for up to five "
                   "minutes.");
}

} // namespace

Command app_update_command() {
  return command("app update", "Registering apps", "Change an app", footer, declare, run);
}

} // namespace chutes::cli
