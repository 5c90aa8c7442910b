// What `app diff` and `app apply` share: the file that says what apps should be, the comparison with what the
// service has, and how both look to people and scripts.
#pragma once

#include "cli/app/app_admin_session.hpp"
#include "service/apps/app_plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct DeclarationOptions {
  std::optional<std::string> file;
  AdminKeyOptions key;
};

void declare_declaration(OptionDeclarer& declarer, DeclarationOptions& options);

// The apps of the file (`-`: of standard input). Throws Error{usage} if none is named, it cannot be read, or
// something is wrong in it.
[[nodiscard]] std::vector<service::AppFields> wanted_apps(const DeclarationOptions& options,
                                                          Context& context);

// What the service has: one's own apps, with the scopes remembered here and the inactive ones created here;
// of others those that could stand in the way of a new one.
[[nodiscard]] service::AppsAtHand look_around(const std::vector<service::AppFields>& wanted,
                                              const AppAdminSession& desk, Context& context);

// name, action and changes; app_id and client_id of what exists; reason and remark where there are some.
[[nodiscard]] Json step_json(const service::AppStep& step);

// `verb` and the app, and indented below it each change, the reason and the remark.
[[nodiscard]] std::string step_text(const service::AppStep& step, std::string_view verb);

// The comparison alone: an array, or a paragraph an app.
void report_plan(const std::vector<service::AppStep>& steps, Context& context);

} // namespace chutes::cli
