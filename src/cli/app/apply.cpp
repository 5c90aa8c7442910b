// `app apply`: creates and changes the user's apps to match a file. A second run changes nothing.
#include "base/terminal_text.hpp"
#include "cli/app/app_applier.hpp"
#include "cli/app/app_registration.hpp"
#include "cli/command/command.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::chrono::minutes lock_patience{5};
constexpr std::size_t longest_name = 64;

struct ApplyOptions {
  ManifestOptions manifest;
  SecretOptions secret;
  bool dry_run = false;
};

constexpr const char* footer =
    R"(Finds apps by name, creates those that are missing and updates those that differ, in the order of the file.
It never deletes an app. A field that the file leaves out keeps its value; in a new app it gets the service's
default. The service cannot clear a field or change allowed_scopes; such a difference is a conflict.

To create several apps, put {name} into --secret-to; it is replaced by the name of each app. After a failure
the other apps are still applied, and the exit code is that of the first failure.

Examples:
  chutes-login app apply -f chutes-apps.json --dry-run
  chutes-login app apply -f chutes-apps.json --secret-to 'file:secrets/{name}.txt'
)";

void declare(OptionDeclarer& declarer, ApplyOptions& options) {
  declare_manifest(declarer, options.manifest);
  declarer.flag("--dry-run", options.dry_run, "Print what would be done, without changing anything");
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
  text.pop_back(); // a notice adds the line break itself
  context.notice_lines(text);
}

void throw_first_failure(const std::vector<AppliedStep>& all) {
  const auto first = std::find_if(all.begin(), all.end(), [](const auto& step) { return step.failure; });
  if (first == all.end())
    return;
  const auto undone = std::count_if(all.begin(), all.end(), [](const auto& step) { return !step.done; });
  const Error& why = *first->failure;
  Error error{why.kind(),
              std::to_string(undone) + " of " + std::to_string(all.size()) + " apps " +
                  (undone == 1 ? "does" : "do") + " not match the file; '" +
                  one_line(*first->step.wanted.name, longest_name) + "': " + why.what(),
              why.hint()};
  if (why.status())
    error.with_status(*why.status());
  throw error.with_request_id(why.request_id());
}

void run(const ApplyOptions& options, Context& context) {
  const auto wanted = read_manifest(options.manifest, context);
  const AppAdminSession admin{options.manifest.key, context};
  // Two runs at once would both create what is missing.
  const auto lock = options.dry_run ? nullptr : context.platform.lock.acquire("app-apply", lock_patience);
  auto steps = service::plan_apps(wanted, find_existing(wanted, admin, context));
  check_scopes_of_new_apps(steps, context);
  const SecretPlaces secrets{options.secret, names_to_create(steps), context};
  if (options.dry_run)
    return report_plan(steps, context);
  secrets.prepare();
  const auto all = AppApplier{admin, secrets, context}.apply(std::move(steps));
  report_applied(all, secrets.use_stdout(), context);
  throw_first_failure(all);
  context.platform.signals.check(); // one that came meanwhile
}

} // namespace

Command app_apply_command() {
  return command("app apply", "Registering apps", "Create and update your apps to match a file", footer,
                 declare, run);
}

} // namespace chutes::cli
