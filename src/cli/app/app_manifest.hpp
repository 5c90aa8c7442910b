// What `app diff` and `app apply` share: the file that describes the apps, the comparison with what is
// registered, and the output for people and scripts.
#pragma once

#include "cli/app/app_admin_session.hpp"
#include "service/apps/app_plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct ManifestOptions {
  std::optional<std::string> file;
  AdminKeyOptions key;
};

void declare_manifest(OptionDeclarer& declarer, ManifestOptions& options);

// Returns the apps that the file (`-`: standard input) describes. Throws Error{usage} if no file is given, it
// cannot be read, or it is invalid.
[[nodiscard]] std::vector<service::AppFields> read_manifest(const ManifestOptions& options, Context& context);

// Returns what is registered at the service: the user's own apps, with the scopes remembered on this machine
// and the inactive apps created on it; of other accounts' apps, those whose names could collide with a new
// one.
[[nodiscard]] service::KnownApps find_existing(const std::vector<service::AppFields>& wanted,
                                               const AppAdminSession& admin, Context& context);

// Returns name, action and changes; app_id and client_id of an app that exists; reason and remark if set.
[[nodiscard]] Json step_json(const service::AppStep& step);

// Returns `verb` and the app's name on a line; below it, indented, each change, the reason and the remark.
[[nodiscard]] std::string step_text(const service::AppStep& step, std::string_view verb);

// Prints the comparison: a JSON array, or one paragraph per app.
void report_plan(const std::vector<service::AppStep>& steps, Context& context);

} // namespace chutes::cli
