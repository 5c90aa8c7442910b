// What `app apply` has to do so that one's apps are as a file says: comparison only, nothing is asked or
// sent.
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

// What is known of the service's side.
struct AppsAtHand {
  std::vector<App> own;
  std::vector<App> of_others; // as far as the service shows them
  // By app id: the scopes an app was created with, where this machine remembers them; the service never
  // tells.
  std::map<std::string, std::vector<std::string>> scopes{};
};

struct AppStep {
  AppAction action = AppAction::none;
  AppFields wanted;
  std::optional<App> existing{}; // one's own app that the file means
  AppFields changes{};           // create: all that is wanted; update: the fields that differ, nothing else
  std::string reason{};          // conflict: why nothing can be done, and what would help
  std::string remark{};          // what cannot be told; empty: nothing
};

// A step for each wanted app, in their order. An app is meant by its exact name, else by one that differs in
// case only (and then the name changes). Redirect URIs and scopes are compared without their order. A field
// the file leaves out is left alone.
[[nodiscard]] std::vector<AppStep> plan_apps(const std::vector<AppFields>& wanted, const AppsAtHand& at_hand);
[[nodiscard]] AppStep plan_app(const AppFields& wanted, const AppsAtHand& at_hand);

// [{"field":…, "from":…, "to":…}, …] under the service's names, in the order of its fields; a new app had
// null.
[[nodiscard]] Json changes_json(const AppStep& step);

} // namespace chutes::service
