// `app diff`: what `app apply` would do, as a question to be answered by the exit code.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/app_manifest.hpp"
#include "cli/command/command.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr const char* footer =
    R"(Compares and changes nothing. Exit code 0: all is as the file says; 11: something differs.
A field that the file leaves out is left alone. The service does not tell the scopes of an app; they are
compared where this machine created it.

Examples:
  chutes-login app diff -f chutes-apps.json
  chutes-login app diff -f chutes-apps.json --json | jq -r '.[] | select(.action != "none").name'
)";

void run(const DeclarationOptions& options, Context& context) {
  const auto wanted = wanted_apps(options, context);
  const AppAdminSession desk{options.key, context};
  const auto steps = service::plan_apps(wanted, look_around(wanted, desk, context));
  report_plan(steps, context);
  const auto different = std::count_if(steps.begin(), steps.end(), [](const service::AppStep& step) {
    return step.action != service::AppAction::none;
  });
  if (different > 0)
    throw Error{ErrorKind::different,
                std::to_string(different) + " of " + std::to_string(steps.size()) +
                    (steps.size() == 1 ? " app differs" : " apps differ") + " from the file",
                "'" + context.program + " app apply -f FILE' changes what can be changed"};
}

} // namespace

Command app_diff_command() {
  return command("app diff", "Registering apps", "Compare your apps with what a file says", footer,
                 declare_declaration, run);
}

} // namespace chutes::cli
