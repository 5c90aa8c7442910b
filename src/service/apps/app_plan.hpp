// Plans what `app apply` does to make the account's apps match a file. Only compares; sends nothing.
#pragma once

#include "service/apps/app.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::service {

enum class AppAction { create, update, none, conflict };
[[nodiscard]] std::string_view name_of(AppAction action);

// What is known about the apps at the service.
struct KnownApps {
  std::vector<App> own;
  std::vector<App> of_others; // those that the service shows
  // By app id: the scopes an app was created with, if this machine recorded them; the service does not
  // report them.
  std::map<std::string, std::vector<std::string>> scopes{};
};

struct AppStep {
  AppAction action = AppAction::none;
  AppFields wanted;
  std::optional<App> existing{}; // the account's app that the file refers to
  AppFields changes{};           // create: all wanted fields; update: only the fields that differ
  std::string reason{};          // conflict: why, and what to do about it
  std::string remark{};          // what could not be compared; empty if nothing
};

// Returns a step for each wanted app, in order. A wanted app refers to the app of exactly that name, else to
// the one whose name differs only in case and in blanks at its ends (and is then changed). Redirect URIs and
// scopes are compared in any order. Fields that the file omits are left unchanged.
[[nodiscard]] std::vector<AppStep> plan_apps(const std::vector<AppFields>& wanted, const KnownApps& known);
[[nodiscard]] AppStep plan_app(const AppFields& wanted, const KnownApps& known);

// Returns [{"field":…, "from":…, "to":…}, …] under the service's names, in the order of its fields; "from" is
// null for a new app.
[[nodiscard]] Json changes_json(const AppStep& step);

} // namespace chutes::service
