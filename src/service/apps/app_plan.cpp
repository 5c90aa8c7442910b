#include "service/apps/app_plan.hpp"

#include "base/ascii.hpp"
#include "base/terminal_text.hpp"
#include "service/apps/app_rules.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace chutes::service {
namespace {

constexpr std::size_t longest_name = 64;

std::string shown(const std::string& name) {
  return quote(one_line(name, longest_name), '\'');
}

bool same_set(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::set<std::string>{a.begin(), a.end()} == std::set<std::string>{b.begin(), b.end()};
}

// Clears `field` if it equals `existing`.
template <typename Value>
void leave_out_same(std::optional<Value>& field, const std::optional<Value>& existing) {
  if (field == existing)
    field.reset();
}

AppFields differences(const AppFields& wanted, const App& app) {
  const auto existing = fields_of(app);
  AppFields changes = wanted;
  changes.scopes.reset();
  leave_out_same(changes.name, existing.name);
  if (changes.redirect_uris && same_set(*changes.redirect_uris, app.redirect_uris))
    changes.redirect_uris.reset();
  leave_out_same(changes.description, existing.description);
  leave_out_same(changes.homepage_url, existing.homepage_url);
  leave_out_same(changes.logo_url, existing.logo_url);
  leave_out_same(changes.is_public, existing.is_public);
  leave_out_same(changes.active, existing.active);
  leave_out_same(changes.refresh_token_lifetime_days, existing.refresh_token_lifetime_days);
  return changes;
}

const App* colliding_app(const std::string& name, const std::vector<App>& apps) {
  const auto found =
      std::find_if(apps.begin(), apps.end(), [&](const App& app) { return name_collides(name, app.name); });
  return found == apps.end() ? nullptr : &*found;
}

AppStep conflict(AppStep step, std::string reason) {
  step.action = AppAction::conflict;
  step.reason = std::move(reason);
  return step;
}

AppStep creation(AppStep step, const KnownApps& known) {
  const auto& name = *step.wanted.name;
  if (const App* other = colliding_app(name, known.of_others))
    return conflict(std::move(step), "the name is taken by " + shown(other->name) +
                                         ", an app of another account; choose another name");
  if (const App* own = colliding_app(name, known.own))
    return conflict(
        std::move(step),
        "the service matches '_' in a new name with any character, so the name collides with your app " +
            shown(own->name) + "; choose another name");
  step.action = AppAction::create;
  step.changes = step.wanted;
  return step;
}

AppStep comparison(AppStep step, const KnownApps& known) {
  const App& app = *step.existing;
  const auto scopes = known.scopes.find(app.app_id);
  if (step.wanted.scopes && scopes == known.scopes.end())
    step.remark =
        "cannot compare allowed_scopes: the service does not report them, and this machine did not create "
        "the app";
  else if (step.wanted.scopes && !same_set(*step.wanted.scopes, scopes->second))
    return conflict(
        std::move(step),
        "allowed_scopes differ, and the service cannot change them; create a new app with 'app replace'");
  step.changes = differences(step.wanted, app);
  step.action = step.changes == AppFields{} ? AppAction::none : AppAction::update;
  return step;
}

} // namespace

std::string_view name_of(AppAction action) {
  switch (action) {
  case AppAction::create:
    return "create";
  case AppAction::update:
    return "update";
  case AppAction::none:
    return "none";
  case AppAction::conflict:
    break;
  }
  return "conflict";
}

AppStep plan_app(const AppFields& wanted, const KnownApps& known) {
  AppStep step;
  step.wanted = wanted;
  auto candidates = apps_named(known.own, *wanted.name);
  if (candidates.size() > 1)
    return conflict(std::move(step), "several of your apps have this name; rename all but one");
  if (candidates.empty())
    return creation(std::move(step), known);
  step.existing = std::move(candidates.front());
  return comparison(std::move(step), known);
}

std::vector<AppStep> plan_apps(const std::vector<AppFields>& wanted, const KnownApps& known) {
  std::vector<AppStep> steps;
  steps.reserve(wanted.size());
  for (const auto& app : wanted)
    steps.push_back(plan_app(app, known));
  return steps;
}

Json changes_json(const AppStep& step) {
  const bool compared = step.existing && step.action != AppAction::create;
  const Json from = compared ? fields_json(fields_of(*step.existing)) : Json::object();
  const Json to = fields_json(step.changes);
  Json changes = Json::array();
  for (const auto& field : to.items())
    changes.push_back(
        {{"field", field.key()}, {"from", from.value(field.key(), Json(nullptr))}, {"to", field.value()}});
  return changes;
}

} // namespace chutes::service
