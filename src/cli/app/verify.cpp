// `app verify`: does an application's setup for Sign in with Chutes hold? Nothing is spent and nobody is
// signed in.
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

#include <filesystem>

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
    R"(Without APP the variables are looked at that the official SDK reads: those of the env file (.env.local, where
there is one), else of the environment. No API key is needed, and no value of a secret is shown. With APP the
registration itself is looked at, and with both, whether they belong together.

The redirect URI is tried at the authorization endpoint, the secret by introspection. Exit code 0: nothing
failed; 2: something in the setup is wrong; 5: the service cannot be reached; 6: it answers nonsense.

Examples:
  chutes-login app verify
  chutes-login app verify --env-file deploy/production.env
  chutes-login app verify "My shop" --json | jq '.[] | select(.result == "failed")'
)";

void declare(OptionDeclarer& declarer, VerifyOptions& options) {
  declarer.argument("APP", options.app, "The app: its id, its client id or its exact name");
  declarer.value("--env-file", options.env_file, "FILE",
                 "Take the variables from this file (default: .env.local, if it is there)");
  declare_admin_key(declarer, options.key);
}

// What is verified: where the service is, the setup, and what looking for it has shown.
struct Subject {
  service::Endpoints endpoints;
  service::Integration integration;
  std::optional<std::vector<std::string>> registered{}; // scopes
  std::vector<Diagnostic> diagnostics{};
};

std::vector<Diagnostic> validate_env_file(const std::string& path, const ChosenFile& file,
                                          const EnvFile& content, UserSecretFiles& files) {
  std::vector<Diagnostic> diagnostics;
  const auto shown = one_line(path, longest_shown);
  if (file.open_to_others)
    diagnostics.push_back(
        {"env_file", Verdict::warning, "other users can read " + shown, "run: chmod 600 '" + shown + "'"});
  if (would_be_committed(std::filesystem::absolute(path).lexically_normal().string(), files))
    diagnostics.push_back({"env_file", Verdict::warning, "git does not ignore " + shown,
                           "add it to .gitignore before you commit"});
  for (const auto line : content.strange_lines)
    diagnostics.push_back({"env_file", Verdict::warning,
                           "line " + std::to_string(line) + " of " + shown + " sets no variable",
                           "write NAME=value, or # before a comment"});
  if (diagnostics.empty())
    diagnostics.push_back({"env_file", Verdict::ok, "the variables are those of " + shown});
  return diagnostics;
}

// The file's variables go before those of the environment, as for the official script.
Subject subject_of(const Environment& variables, std::vector<Diagnostic> diagnostics) {
  Subject subject{service::Endpoints::from(variables),
                  service::read_integration([&](const std::string& name) { return variables.find(name); })};
  subject.diagnostics = std::move(diagnostics);
  for (auto& diagnostic : service::validate_form(subject.integration))
    subject.diagnostics.push_back(std::move(diagnostic));
  return subject;
}

std::optional<Subject> subject_in_file(const std::string& path, Context& context) {
  auto& files = context.platform.secret_files;
  const auto file = files.read(path);
  if (!file)
    return std::nullopt;
  const auto content = parse_env_file(file->content.reveal());
  auto variables = context.platform.environment.all();
  for (const auto& [name, value] : content.variables)
    variables[name] = value.reveal();
  return subject_of(Environment{std::move(variables)}, validate_env_file(path, *file, content, files));
}

Subject subject_of_variables(const VerifyOptions& options, Context& context) {
  if (auto subject = subject_in_file(options.env_file.value_or(usual_env_file), context))
    return std::move(*subject);
  if (options.env_file)
    throw Error{ErrorKind::usage, "there is no file " + one_line(*options.env_file, longest_shown),
                "--env-file wants the file that holds " + std::string{service::client_id_variable}};
  return subject_of(
      context.platform.environment,
      {{"env_file", Verdict::skipped, "there is no .env.local; the variables are the environment's"}});
}

// Where this profile keeps the app's secret; absent if it does not, or the keychain cannot be asked.
std::optional<Secret> stored_app_secret(const std::string& client_id, Context& context) {
  try {
    if (auto secret = context.vault().find_client_secret(client_id))
      return secret;
    const auto own = context.vault().find_readable_registration();
    return own && own->client_id == client_id ? own->client_secret : std::nullopt;
  } catch (const Error& error) {
    if (!is_store_failure(error.kind()))
      throw;
    return std::nullopt;
  }
}

Diagnostic validate_app(const service::App& app) {
  if (app.active.value_or(true))
    return {"app", Verdict::ok, "it is registered as " + app_title(app)};
  return {"app", Verdict::failed, app_title(app) + " is inactive, and signs nobody in",
          "set it active, for example with 'app apply'"};
}

Subject subject_of_app(const service::App& app, Context& context) {
  Subject subject{context.endpoints,
                  {.client_id = app.client_id,
                   .client_secret = stored_app_secret(app.client_id, context),
                   .redirect_uris = app.redirect_uris,
                   .scopes = {}}};
  for (const auto& remark : service::redirect_uri_warnings(app.redirect_uris))
    subject.diagnostics.push_back({"redirect_uri", Verdict::warning, "the redirect URI " + remark});
  return subject;
}

Subject subject_named(const VerifyOptions& options, Context& context) {
  const AppAdminSession desk{options.key, context};
  const auto app = desk.required(options.app);
  auto subject = options.env_file ? subject_of_variables(options, context) : subject_of_app(app, context);
  subject.registered = remembered_scopes(app.app_id, context);
  if (subject.integration.scopes.empty() && !options.env_file)
    subject.integration.scopes = subject.registered.value_or(std::vector<std::string>{});
  subject.diagnostics.insert(subject.diagnostics.begin(), validate_app(app));
  const auto& id = subject.integration.client_id;
  if (id && *id != app.client_id)
    subject.diagnostics.push_back({"client_id", Verdict::failed,
                                   "the file holds the client id of another app than " + app_title(app),
                                   "put " + app.client_id + " there, and its secret"});
  return subject;
}

void run(const VerifyOptions& options, Context& context) {
  if (!context.server().is_chutes)
    throw Error{ErrorKind::usage, "apps are verified at the Chutes service only", "leave --issuer out"};
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
  return command("app verify", "Registering apps", "Check the setup of an application that signs in", footer,
                 declare, run);
}

} // namespace chutes::cli
