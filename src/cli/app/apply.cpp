// `app apply`: makes one's apps what a file says. A second run finds nothing to do and changes nothing.
#include "base/terminal_text.hpp"
#include "cli/app/app_applier.hpp"
#include "cli/app/creation.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::chrono::minutes lock_patience{5};
constexpr std::size_t longest_name = 64;

struct ApplyOptions {
  DeclarationOptions declaration;
  SecretOptions secret;
  bool dry_run = false;
};

constexpr const char* footer =
    R"(Apps are found by their names, created where they are missing and changed where they differ, in the file's
order; nothing is ever deleted. What the file leaves out stays as it is; in a new app the service's default
takes its place. The service cannot clear a field, and never changes allowed_scopes: that is a conflict.

With several new apps --secret-to needs {name} in it, which stands for each app's name. After a failure the
other apps are still applied, and the exit code is that of the first failure.

Examples:
  chutes-login app apply -f chutes-apps.json --dry-run
  chutes-login app apply -f chutes-apps.json --secret-to 'file:secrets/{name}.txt'
)";

void declare(OptionDeclarer& declarer, ApplyOptions& options) {
  declare_declaration(declarer, options.declaration);
  declarer.flag("--dry-run", options.dry_run, "Show what would be done and change nothing");
  declare_secret(declarer, options.secret);
}

std::vector<std::string> names_to_create(const std::vector<service::AppStep>& steps) {
  std::vector<std::string> names;
  for (const auto& step : steps)
    if (step.action == service::AppAction::create)
      names.push_back(*step.wanted.name);
  return names;
}

void check_scopes_of_new_apps(const std::vector<service::AppStep>& steps, Context& context) {
  std::vector<std::string> scopes;
  for (const auto& step : steps)
    if (step.action == service::AppAction::create && step.wanted.scopes)
      scopes.insert(scopes.end(), step.wanted.scopes->begin(), step.wanted.scopes->end());
  check_registrable(scopes_to_register(scopes), context);
}

void report_applied(const std::vector<AppliedStep>& all, bool on_error, Context& context) {
  Json json = Json::array();
  std::string text;
  for (const auto& applied : all) {
    json.push_back(applied_json(applied));
    text += applied_text(applied);
  }
  if (!on_error)
    return context.result(json, text);
  text.pop_back(); // a notice ends its line by itself
  context.notice(text);
}

void throw_first_failure(const std::vector<AppliedStep>& all) {
  const auto first = std::find_if(all.begin(), all.end(), [](const auto& step) { return step.failure; });
  if (first == all.end())
    return;
  const auto undone = std::count_if(all.begin(), all.end(), [](const auto& step) { return !step.done; });
  const Error& why = *first->failure;
  Error error{why.kind(),
              std::to_string(undone) + " of " + std::to_string(all.size()) + " apps " +
                  (undone == 1 ? "is" : "are") + " not as the file says; '" +
                  one_line(*first->step.wanted.name, longest_name) + "': " + why.what(),
              why.hint()};
  if (why.status())
    error.with_status(*why.status());
  throw error.with_request_id(why.request_id());
}

void run(const ApplyOptions& options, Context& context) {
  const auto wanted = wanted_apps(options.declaration, context);
  const AppAdminSession desk{options.declaration.key, context};
  // Two of us at once would both want to create what is missing.
  const auto lock = options.dry_run ? nullptr : context.platform.lock.acquire("app-apply", lock_patience);
  auto steps = service::plan_apps(wanted, look_around(wanted, desk, context));
  check_scopes_of_new_apps(steps, context);
  const SecretPlaces secrets{options.secret, names_to_create(steps), context};
  if (options.dry_run)
    return report_plan(steps, context);
  secrets.prepare();
  const auto all = AppApplier{desk, secrets, context}.apply(std::move(steps));
  report_applied(all, secrets.take_output(), context);
  throw_first_failure(all);
  context.platform.signals.check(); // what came meanwhile
}

} // namespace

Command app_apply_command() {
  return command("app apply", "Registering apps", "Make your apps what a file says", footer, declare, run);
}

} // namespace chutes::cli
