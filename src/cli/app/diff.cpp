// `app diff`: prints what `app apply` would do; the exit code says whether there is a difference.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/app_manifest.hpp"
#include "cli/command/command.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr const char* footer =
    R"(Compares without changing anything. Exit code 0: the apps match the file; 11: something differs.
A field that the file leaves out is not compared. The service does not return the scopes of an app; they are
compared if the app was created on this machine.

Examples:
  chutes-login app diff -f chutes-apps.json
  chutes-login app diff -f chutes-apps.json --json | jq -r '.[] | select(.action != "none").name'
)";

void run(const ManifestOptions& options, Context& context) {
  const auto wanted = read_manifest(options, context);
  const AppAdminSession admin{options.key, context};
  const auto steps = service::plan_apps(wanted, find_existing(wanted, admin, context));
  report_plan(steps, context);
  const auto different = std::count_if(steps.begin(), steps.end(), [](const service::AppStep& step) {
    return step.action != service::AppAction::none;
  });
  if (different > 0)
    throw Error{ErrorKind::different,
                std::to_string(different) + " of " + std::to_string(steps.size()) +
                    (steps.size() == 1 ? " app differs" : " apps differ") + " from the file",
                "run '" + context.program + " app apply -f FILE' to apply the changes"};
}

} // namespace

Command app_diff_command() {
  return command("app diff", "Registering apps", "Compare your apps with a file", footer, declare_manifest,
                 run);
}

} // namespace chutes::cli
