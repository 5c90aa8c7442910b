#include "cli/app/web_setup.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/app_options.hpp"
#include "cli/app/app_registration.hpp"
#include "cli/app/app_text.hpp"
#include "cli/app/secrets/env_file.hpp"
#include "cli/app/secrets/file_destinations.hpp"
#include "cli/app/secrets/remembered_scopes.hpp"
#include "service/apps/integration.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace chutes::cli {
namespace {

constexpr const char* usual_env_file = ".env.local";
constexpr const char* usual_homepage = "http://localhost:3000";
constexpr const char* usual_idp = "https://api.chutes.ai";
constexpr std::size_t longest_shown = 300;

struct Wanted {
  std::string name;
  std::string homepage_url;
  std::vector<std::string> redirect_uris;
  std::string env_file;
};

std::optional<std::string> ask(const std::string& question, Context& context) {
  auto answer = context.options.no_input ? std::nullopt : context.platform.terminal.ask(question);
  return answer && !answer->empty() ? std::move(answer) : std::nullopt;
}

std::string name_or_ask(const std::optional<std::string>& name, Context& context) {
  auto chosen = name ? name : ask("Name of the application: ", context);
  if (!chosen)
    throw Error{ErrorKind::usage, "a web application needs a name, which people see when they sign in",
                "give it with --name"};
  return std::move(*chosen);
}

struct Homepage {
  std::string url;
  bool confirmed; // by the user: given, or seen in the question
};

// `in_file`: what the env file names.
Homepage homepage_or_ask(const WebSetupOptions& options, const std::optional<std::string>& in_file,
                         Context& context) {
  const auto usual = in_file.value_or(usual_homepage);
  auto homepage = options.homepage_url;
  bool confirmed = homepage || options.env_file || !in_file;
  if (!homepage && !context.options.no_input) {
    homepage =
        context.platform.terminal.ask("URL of the application [" + one_line(usual, longest_shown) + "]: ");
    confirmed = confirmed || homepage;
  }
  auto chosen = homepage && !homepage->empty() ? *homepage : usual;
  while (chosen.ends_with('/'))
    chosen.pop_back();
  return {std::move(chosen), confirmed};
}

std::string path_of(const WebSetupOptions& options) {
  return options.env_file.value_or(usual_env_file);
}

// Absent, too, for a variable without a value.
std::optional<std::string> find_variable(const EnvFile& file, const std::string& name) {
  const auto found = file.variables.find(name);
  if (found == file.variables.end() || found->second.empty())
    return std::nullopt;
  return found->second.reveal();
}

std::string content_of(const std::string& path, Context& context) {
  const auto file = context.platform.secret_files.read(path);
  return file ? file->content.reveal() : "";
}

// Returns the app that the env file names, if it is still registered.
std::optional<service::App> earlier_app(const EnvFile& file, const AppAdminSession& admin, Context& context) {
  const auto id = find_variable(file, service::client_id_variable);
  auto app = id ? admin.apps.find(*id) : std::nullopt;
  if (!app)
    return std::nullopt;
  context.notice("The app of an earlier setup is still registered, " + app_title(*app) + ".");
  if (app->active == false)
    context.notice("warning: it is inactive, and nobody can sign in with it; activate it with '" +
                   session::activation_command(*id, context.profile()) + "'");
  if (!find_variable(file, service::client_secret_variable))
    context.notice("Its secret is not in the file. To write a new one, run '" + context.program +
                   " app rotate-secret " + *id + " --secret-to env-file:FILE'.");
  return app;
}

std::vector<std::string> missing_uris(const service::App& app, const std::vector<std::string>& wanted) {
  std::vector<std::string> missing;
  std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(missing), [&](const auto& uri) {
    return std::find(app.redirect_uris.begin(), app.redirect_uris.end(), uri) == app.redirect_uris.end();
  });
  return missing;
}

// Adds the redirect URIs that the app does not have yet, if this program created it.
service::App with_redirect_uris(const service::App& app, const Wanted& wanted, const AppAdminSession& admin,
                                Context& context) {
  const auto missing = missing_uris(app, wanted.redirect_uris);
  if (missing.empty())
    return app;
  if (!remembered_scopes(app.app_id, context))
    throw Error{ErrorKind::usage,
                "the app that " + one_line(wanted.env_file, longest_shown) + " names, " + app_title(app) +
                    ", was not created by this program and has no redirect URI " +
                    one_line(missing.front(), longest_shown),
                "add it with 'app update APP --redirect-uri URI', repeating the others"};
  auto uris = app.redirect_uris;
  uris.insert(uris.end(), missing.begin(), missing.end());
  const service::AppFields change{.redirect_uris = uris};
  require_valid(change, service::AppFieldsFor::change, context);
  context.notice("Registered its new redirect URI.");
  return admin.apps.update(app.app_id, change);
}

bool registers_homepage(const std::optional<service::App>& app, const WebSetupOptions& options,
                        const Wanted& wanted) {
  return !app || (options.redirect_uris.empty() && !missing_uris(*app, wanted.redirect_uris).empty());
}

// The usual file may have come with a checkout: nothing it says is registered in silence.
Error unconfirmed(const std::string& homepage) {
  return Error{ErrorKind::usage,
               std::string{"the URL of the application, "} + one_line(homepage, longest_shown) +
                   ", is from " + usual_env_file +
                   ", and no one can be asked whether it is right: no terminal, or --no-input",
               "give it with --homepage-url, or name the file with --env-file"};
}

// What the SDK needs besides the client's id, secret and scopes.
Variables variables_of(const Wanted& wanted, const EnvFile& file, const Context& context) {
  Variables variables{{service::app_url_variable, wanted.homepage_url},
                      {service::redirect_uri_variable, wanted.redirect_uris.front()}};
  const auto idp = context.endpoints.idp.text();
  if (idp != usual_idp || file.variables.contains("CHUTES_IDP_BASE_URL"))
    variables.emplace_back("CHUTES_IDP_BASE_URL", idp);
  return variables;
}

service::App register_web_app(const Wanted& wanted, const std::vector<std::string>& scopes,
                              const Variables& variables, const AppAdminSession& admin, Context& context) {
  const service::AppFields fields{.name = wanted.name,
                                  .redirect_uris = wanted.redirect_uris,
                                  .homepage_url = wanted.homepage_url,
                                  .is_public = false,
                                  .scopes = scopes};
  require_valid(fields, service::AppFieldsFor::creation, context);
  check_registrable(scopes, context);
  const auto destination = make_env_file_destination(wanted.env_file, variables, context);
  return register_app(fields, *destination, admin, context);
}

void report(const service::App& app, const Wanted& wanted, Context& context) {
  const auto file = one_line(wanted.env_file, longest_shown);
  context.result(*app.document,
                 app_name(app) + "\n" + app_facts(app, std::nullopt) + "  secret         in " + file + "\n");
  context.notice_lines(
      "The service compares redirect URIs exactly. Configure your framework to serve\n  " +
      one_line(wanted.redirect_uris.front(), longest_shown) +
      "\nand open the application under the same host name (localhost is not 127.0.0.1). To check the "
      "configuration, run '" +
      context.program + " app verify --env-file " + file + "'.");
}

} // namespace

void declare_web_setup(OptionDeclarer& declarer, WebSetupOptions& options) {
  declarer.flag("--web", options.wanted,
                "Register a web application instead, and write its env file, without signing in");
  declarer.value("--homepage-url", options.homepage_url, "URL",
                 "With --web: URL of the application (default: http://localhost:3000)");
  declarer.list("--redirect-uri", options.redirect_uris, "URI",
                "With --web: redirect URI (repeatable; default: the SDK's path below the homepage)");
  declarer.value("--env-file", options.env_file, "FILE", "With --web: file to write (default: .env.local)");
}

void require_valid(const WebSetupOptions& options) {
  const bool given = options.homepage_url || options.env_file || !options.redirect_uris.empty();
  if (given && !options.wanted)
    throw Error{ErrorKind::usage, "--homepage-url, --redirect-uri and --env-file require --web",
                "add --web, or omit them; without --web, setup registers a client for this program"};
}

void set_up_web_application(const WebSetupOptions& options, const std::optional<std::string>& name,
                            const std::vector<std::string>& scopes, const AdminKeyOptions& key,
                            Context& context) {
  Wanted wanted{
      .name = {}, .homepage_url = {}, .redirect_uris = options.redirect_uris, .env_file = path_of(options)};
  const AppAdminSession admin{key, context};
  const auto text = content_of(wanted.env_file, context);
  const auto file = parse_env_file(text);
  auto app = earlier_app(file, admin, context);
  wanted.name = app ? app->name : name_or_ask(name, context);
  const auto homepage = homepage_or_ask(options, find_variable(file, service::app_url_variable), context);
  wanted.homepage_url = homepage.url;
  if (wanted.redirect_uris.empty())
    wanted.redirect_uris.push_back(wanted.homepage_url + service::callback_path);
  if (!homepage.confirmed && registers_homepage(app, options, wanted))
    throw unconfirmed(homepage.url);
  const auto variables = variables_of(wanted, file, context);
  if (app) {
    const auto completed = with_variables(text, variables, wanted.env_file); // or nothing is registered
    app = with_redirect_uris(*app, wanted, admin, context);
    context.platform.secret_files.replace(wanted.env_file, Secret{completed});
  } else {
    app = register_web_app(wanted, scopes, variables, admin, context);
  }
  report(*app, wanted, context);
  context.platform.signals.check(); // one that came meanwhile
}

} // namespace chutes::cli
