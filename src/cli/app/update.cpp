// `app update`: changes the given fields of an app and no other.
#include "base/ascii.hpp"
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

The service can replace a description or a URL, but not clear it. The scopes of an app cannot be
changed; 'chutes-login app replace' creates a new app with other scopes.
)";

void declare(OptionDeclarer& declarer, UpdateOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, client id or exact name");
  declare_app(declarer, options.fields);
  declarer.list("--add-redirect-uri", options.added_uris, "URI",
                "Add a redirect URI (repeatable); --redirect-uri replaces all of them");
  declarer.list("--remove-redirect-uri", options.removed_uris, "URI", "Remove a redirect URI (repeatable)");
  declarer.flag("--activate", options.activate, "Allow sign-ins with the app again");
  declarer.flag("--deactivate", options.deactivate, "Stop all sign-ins with the app");
  declarer.list("--scope", options.scope, "SCOPE", "Not supported: the scopes of an app cannot be changed");
  declare_admin_key(declarer, options.key);
}

void refuse_scopes(const UpdateOptions& options, const Context& context) {
  if (!options.scope.empty())
    throw Error{ErrorKind::usage, "the scopes of an app cannot be changed after it was created",
                "run '" + context.program +
                    " app replace APP --name NAME --scope …' to create a copy of the app with these scopes"};
}

service::AppFields given_fields(const UpdateOptions& options) {
  if (options.activate && options.deactivate)
    throw Error{ErrorKind::usage, "--activate and --deactivate cannot be used together",
                "give only one of them"};
  if (!options.fields.redirect_uris.empty() && !(options.added_uris.empty() && options.removed_uris.empty()))
    throw Error{ErrorKind::usage,
                "--redirect-uri cannot be used with --add-redirect-uri or --remove-redirect-uri",
                "give --redirect-uri to replace all redirect URIs, or the others to change some"};
  auto fields = app_fields(options.fields);
  if (options.activate || options.deactivate)
    fields.active = options.activate;
  return fields;
}

// Returns the redirect URIs after adding and removing; absent: no change. Throws Error{usage} if a URI to be
// removed is not registered.
std::optional<std::vector<std::string>> edited_uris(const service::App& app, const UpdateOptions& options) {
  if (options.added_uris.empty() && options.removed_uris.empty())
    return std::nullopt;
  auto uris = app.redirect_uris;
  for (const auto& uri : options.removed_uris)
    if (std::erase(uris, uri) == 0)
      throw Error{ErrorKind::usage, "the app has no redirect URI " + uri,
                  "redirect URIs are compared exactly; run 'app show' to list them"};
  for (const auto& uri : options.added_uris)
    if (std::find(uris.begin(), uris.end(), uri) == uris.end())
      uris.push_back(uri);
  return uris;
}

std::string names_of(const service::AppFields& fields) {
  std::vector<std::string> names;
  const Json body = service::fields_json(fields);
  for (const auto& item : body.items())
    names.push_back(item.key());
  return join(names, ", ");
}

void run(const UpdateOptions& options, Context& context) {
  refuse_scopes(options, context);
  auto fields = given_fields(options);
  const bool edits_uris = !options.added_uris.empty() || !options.removed_uris.empty();
  if (!edits_uris || fields != service::AppFields{}) // otherwise the URIs are known only with the app
    require_valid(fields, service::AppFieldsFor::change, context);
  const AppAdminSession admin{options.key, context};
  const auto before = admin.find_required(options.app);
  if (auto uris = edited_uris(before, options)) {
    fields.redirect_uris = std::move(*uris);
    require_valid(fields, service::AppFieldsFor::change, context);
  }
  const auto app = admin.apps.update(before.app_id, fields);
  context.result(*app.document,
                 "Changed " + names_of(fields) + " of " + app_title(app) + ".\n" + app_facts(app, {}));
  if (options.deactivate)
    context.notice(
        "No one can sign in with it any more; its existing tokens may work for up to five minutes.");
}

} // namespace

Command app_update_command() {
  return command("app update", "Registering apps", "Change an app", footer, declare, run);
}

} // namespace chutes::cli
