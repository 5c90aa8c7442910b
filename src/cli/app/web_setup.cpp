#include "cli/app/web_setup.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/app_options.hpp"
#include "cli/app/app_registration.hpp"
#include "cli/app/app_text.hpp"
#include "cli/app/secrets/env_file.hpp"
#include "service/apps/integration.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

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

// `usual`: the default.
std::string homepage_or_ask(const WebSetupOptions& options, const std::string& usual, Context& context) {
  auto homepage = options.homepage_url;
  if (!homepage)
    homepage = ask("URL of the application [" + one_line(usual, longest_shown) + "]: ", context);
  auto chosen = homepage.value_or(usual);
  while (chosen.ends_with('/'))
    chosen.pop_back();
  return chosen;
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
  if (!find_variable(file, service::client_secret_variable))
    context.notice("Its secret is not in the file. To write a new one, run '" + context.program +
                   " app rotate-secret " + *id + " --secret-to env-file:FILE'.");
  return app;
}

// Adds the redirect URIs that the app does not have yet.
service::App with_redirect_uris(const service::App& app, const std::vector<std::string>& wanted,
                                const AppAdminSession& admin, Context& context) {
  auto uris = app.redirect_uris;
  for (const auto& uri : wanted)
    if (std::find(uris.begin(), uris.end(), uri) == uris.end())
      uris.push_back(uri);
  if (uris.size() == app.redirect_uris.size())
    return app;
  const service::AppFields change{.redirect_uris = uris};
  require_valid(change, service::AppFieldsFor::change, context);
  context.notice("Registered its new redirect URI.");
  return admin.apps.update(app.app_id, change);
}

// Sets what the SDK needs besides the client's id, secret and scopes.
void complete_env_file(const Wanted& wanted, Context& context) {
  Variables variables{{service::app_url_variable, wanted.homepage_url},
                      {service::redirect_uri_variable, wanted.redirect_uris.front()}};
  const auto idp = context.endpoints.idp.text();
  if (idp != usual_idp)
    variables.emplace_back("CHUTES_IDP_BASE_URL", idp);
  context.platform.secret_files.replace(
      wanted.env_file, Secret{with_variables(content_of(wanted.env_file, context), variables)});
}

service::App register_web_app(const Wanted& wanted, const std::vector<std::string>& scopes,
                              SecretDestination& destination, const AppAdminSession& admin,
                              Context& context) {
  const service::AppFields fields{.name = wanted.name,
                                  .redirect_uris = wanted.redirect_uris,
                                  .homepage_url = wanted.homepage_url,
                                  .is_public = false,
                                  .scopes = scopes};
  require_valid(fields, service::AppFieldsFor::creation, context);
  check_registrable(scopes, context);
  return register_app(fields, destination, admin, context);
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
  const auto destination = make_secret_destination({"env-file:" + wanted.env_file, false}, context);
  const AppAdminSession admin{key, context};
  const auto file = parse_env_file(content_of(wanted.env_file, context));
  auto app = earlier_app(file, admin, context);
  wanted.name = app ? app->name : name_or_ask(name, context);
  wanted.homepage_url = homepage_or_ask(
      options, find_variable(file, service::app_url_variable).value_or(usual_homepage), context);
  if (wanted.redirect_uris.empty())
    wanted.redirect_uris.push_back(wanted.homepage_url + service::callback_path);
  app = app ? with_redirect_uris(*app, wanted.redirect_uris, admin, context)
            : register_web_app(wanted, scopes, *destination, admin, context);
  complete_env_file(wanted, context);
  report(*app, wanted, context);
  context.platform.signals.check(); // one that came meanwhile
}

} // namespace chutes::cli
