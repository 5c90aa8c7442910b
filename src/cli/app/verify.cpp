// `app verify`: checks the configuration of an application that uses Sign in with Chutes, without signing
// anybody in or spending anything.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/app_admin_session.hpp"
#include "cli/app/app_text.hpp"
#include "cli/app/secrets/env_file.hpp"
#include "cli/app/secrets/git_ignore.hpp"
#include "cli/app/secrets/remembered_scopes.hpp"
#include "cli/command/command.hpp"
#include "cli/output/diagnostic_report.hpp"
#include "service/apps/app_rules.hpp"
#include "service/apps/integration_check.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr const char* usual_env_file = ".env.local";
constexpr std::size_t longest_shown = 300;
constexpr int check_columns = 19; // "redirect accepted"

struct VerifyOptions {
  std::optional<std::string> app;
  std::optional<std::string> env_file;
  AdminKeyOptions key;
};

constexpr const char* footer =
    R"(Without APP, checks the variables that the official SDK reads: those of the env file (.env.local, if it
exists), otherwise those of the environment. No API key is needed, and no secret is printed. With APP, checks
the registration; with both, also whether they match.

Warns of variables that have another value in the environment, which frameworks prefer to the file's. The
client secret goes only to the service that its own source names: that of the environment never to an address
in a file. If .env.local names another service than the environment does, asks, unless --env-file names it.

Tests the redirect URI at the authorization endpoint, and the secret by introspection. Exit code 0: no check
failed; 2: the configuration is wrong; 5: the service cannot be reached; 6: its answer is invalid.

Examples:
  chutes-login app verify
  chutes-login app verify --env-file deploy/production.env
  chutes-login app verify "My shop" --json | jq '.[] | select(.result == "failed")'
)";

void declare(OptionDeclarer& declarer, VerifyOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, client id or exact name");
  declarer.value("--env-file", options.env_file, "FILE",
                 "File to read the variables from (default: .env.local, if it exists)");
  declare_admin_key(declarer, options.key);
}

// What is checked: the configuration, the service it names, and the diagnostics from reading it.
struct Subject {
  service::Endpoints endpoints;
  service::Integration integration;
  std::optional<std::vector<std::string>> registered{}; // scopes
  std::vector<Diagnostic> diagnostics{};
};

bool is_read_by_the_sdk(const std::string& name) {
  return name.starts_with("CHUTES_") || name == service::app_url_variable;
}

// Frameworks leave a variable of the environment as it is, so that the file's value is not used.
std::vector<Diagnostic> hidden_variables(const EnvFile& content, const Environment& environment) {
  std::vector<Diagnostic> diagnostics;
  for (const auto& [name, value] : content.variables)
    if (const auto other = environment.find(name);
        other && is_read_by_the_sdk(name) && *other != value.reveal())
      diagnostics.push_back(
          {"env_file", Verdict::warning,
           name + " has another value in the environment, which an application prefers to the file's",
           "start the application without it: env -u " + name + " COMMAND"});
  return diagnostics;
}

std::vector<Diagnostic> validate_env_file(const std::string& path, const ChosenFile& file,
                                          const EnvFile& content, Platform& platform) {
  auto diagnostics = hidden_variables(content, platform.environment);
  const auto shown = one_line(path, longest_shown);
  if (file.open_to_others)
    diagnostics.push_back(
        {"env_file", Verdict::warning, "other users can read " + shown, "run: chmod 600 '" + shown + "'"});
  if (const auto warning =
          commit_warning(path, platform.secret_files, platform.launcher, platform.environment))
    diagnostics.push_back({"env_file", Verdict::warning, warning->message, warning->hint});
  for (const auto line : content.invalid_lines)
    diagnostics.push_back({"env_file", Verdict::warning,
                           "line " + std::to_string(line) + " of " + shown + " sets no variable",
                           "write NAME=value, or begin the line with # to make it a comment"});
  if (diagnostics.empty())
    diagnostics.push_back({"env_file", Verdict::ok, "the variables are read from " + shown});
  return diagnostics;
}

// The variables of the file take precedence over the environment's, as in the official script.
Subject subject_of(const Environment& variables, std::vector<Diagnostic> diagnostics) {
  Subject subject{service::Endpoints::from(variables),
                  service::read_integration([&](const std::string& name) { return variables.find(name); })};
  subject.diagnostics = std::move(diagnostics);
  for (auto& diagnostic : service::validate_form(subject.integration))
    subject.diagnostics.push_back(std::move(diagnostic));
  return subject;
}

// Throws Error{usage} where a file changes the address to which something of the user's would go: a secret of
// the environment never goes to a file's address, and an address in a file that the user did not name is
// asked about, because the file may have come with a checkout.
void require_own_address(const EnvFile& content, const service::Endpoints& in_file, const std::string& path,
                         bool named, Context& context) {
  if (in_file.idp == context.endpoints.idp)
    return;
  const auto shown = one_line(path, longest_shown);
  const auto address = one_line(in_file.idp.text(), longest_shown);
  if (!content.variables.contains(service::client_secret_variable) &&
      context.platform.environment.find(service::client_secret_variable))
    throw Error{ErrorKind::usage,
                shown + " names the service at " + address +
                    ", to which the client secret of the environment is not sent",
                std::string{"put "} + service::client_secret_variable +
                    " into the file, or CHUTES_IDP_BASE_URL into the environment"};
  if (!named && !context.confirm(shown + " names the service at " + address + ", which this would ask.",
                                 "--env-file .env.local"))
    throw Error{ErrorKind::usage, "nothing was verified"};
}

std::optional<Subject> subject_in_file(const std::string& path, bool named, Context& context) {
  const auto file = context.platform.secret_files.read(path);
  if (!file)
    return std::nullopt;
  const auto content = parse_env_file(file->content.reveal());
  auto variables = context.platform.environment.all();
  for (const auto& [name, value] : content.variables)
    variables[name] = value.reveal();
  auto subject = subject_of(Environment{std::move(variables)},
                            validate_env_file(path, *file, content, context.platform));
  require_own_address(content, subject.endpoints, path, named, context);
  return subject;
}

Subject subject_of_variables(const VerifyOptions& options, Context& context) {
  if (auto subject =
          subject_in_file(options.env_file.value_or(usual_env_file), options.env_file.has_value(), context))
    return std::move(*subject);
  if (options.env_file)
    throw Error{ErrorKind::usage, "there is no file " + one_line(*options.env_file, longest_shown),
                "give --env-file the file that sets " + std::string{service::client_id_variable}};
  return subject_of(context.platform.environment,
                    {{"env_file", Verdict::skipped,
                      "there is no .env.local; the variables are read from the environment"}});
}

// Returns the app's secret as this profile stores it; absent if it does not. A store that cannot be read
// becomes a diagnostic, because all else can be verified.
std::optional<Secret> stored_app_secret(const std::string& client_id, std::vector<Diagnostic>& diagnostics,
                                        Context& context) {
  try {
    if (auto secret = context.vault().find_client_secret(client_id))
      return secret;
    const auto own = context.vault().find_readable_registration();
    return own && own->client_id == client_id ? own->client_secret : std::nullopt;
  } catch (const Error& error) {
    if (!is_store_failure(error.kind()))
      throw;
    diagnostics.push_back({"keychain", Verdict::warning,
                           std::string{"a stored client secret cannot be read: "} + error.what(),
                           error.hint()});
    return std::nullopt;
  }
}

Diagnostic validate_app(const service::App& app) {
  if (app.active.value_or(true))
    return {"app", Verdict::ok, "registered as " + app_title(app)};
  return {"app", Verdict::failed, app_title(app) + " is inactive: no one can sign in with it",
          "run 'app update APP --activate'"};
}

Subject subject_of_app(const service::App& app, Context& context) {
  Subject subject{context.endpoints,
                  {.client_id = app.client_id,
                   .client_secret = std::nullopt,
                   .redirect_uris = app.redirect_uris,
                   .scopes = {}}};
  subject.integration.client_secret = stored_app_secret(app.client_id, subject.diagnostics, context);
  for (const auto& remark : service::redirect_uri_warnings(app.redirect_uris))
    subject.diagnostics.push_back({"redirect_uri", Verdict::warning, "the redirect URI " + remark});
  return subject;
}

Subject subject_named(const VerifyOptions& options, Context& context) {
  const AppAdminSession admin{options.key, context};
  const auto app = admin.find_required(options.app);
  auto subject = options.env_file ? subject_of_variables(options, context) : subject_of_app(app, context);
  subject.registered = remembered_scopes(app.app_id, context);
  if (subject.integration.scopes.empty() && !options.env_file)
    subject.integration.scopes = subject.registered.value_or(std::vector<std::string>{});
  subject.diagnostics.insert(subject.diagnostics.begin(), validate_app(app));
  const auto& id = subject.integration.client_id;
  if (id && *id != app.client_id)
    subject.diagnostics.push_back({"client_id", Verdict::failed,
                                   "the file holds the client id of another app, not of " + app_title(app),
                                   "set " + std::string{service::client_id_variable} + " to " +
                                       app.client_id + ", and set its secret"});
  return subject;
}

void run(const VerifyOptions& options, Context& context) {
  if (!context.server().is_chutes)
    throw Error{ErrorKind::usage, "apps can be verified at the Chutes service only", "omit --issuer"};
  auto subject = options.app ? subject_named(options, context) : subject_of_variables(options, context);
  auto& platform = context.platform;
  service::IntegrationCheck check{subject.endpoints, platform.http, platform.random, platform.clock};
  DiagnosticReport report{check_columns, context};
  for (auto& diagnostic : subject.diagnostics)
    report.add(std::move(diagnostic));
  for (auto& diagnostic : check.run(subject.integration, subject.registered))
    report.add(std::move(diagnostic));
  report.end();
}

} // namespace

Command app_verify_command() {
  return command("app verify", "Registering apps", "Check the configuration of an application", footer,
                 declare, run);
}

} // namespace chutes::cli
