#include "service/apps/app_plan.hpp"

#include "base/terminal_text.hpp"
#include "service/apps/app_name.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace chutes::service {
namespace {

constexpr std::size_t longest_name = 64;

std::string in_quotes(const std::string& name) {
  return "'" + one_line(name, longest_name) + "'";
}

bool same_set(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::set<std::string>{a.begin(), a.end()} == std::set<std::string>{b.begin(), b.end()};
}

AppFields fields_of(const App& app) {
  return {.name = app.name,
          .redirect_uris = app.redirect_uris,
          .description = app.description,
          .homepage_url = app.homepage_url,
          .logo_url = app.logo_url,
          .is_public = app.is_public,
          .active = app.active,
          .refresh_token_lifetime_days = app.refresh_token_lifetime_days};
}

// Keeps of `field` only what differs from `existing`.
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

// The apps a wanted one may be: those of exactly that name, else those that differ in case only.
std::vector<const App*> meant_by(const std::string& name, const std::vector<App>& own) {
  std::vector<const App*> exact;
  std::vector<const App*> alike;
  for (const auto& app : own) {
    if (app.name == name)
      exact.push_back(&app);
    if (same_but_for_case(app.name, name))
      alike.push_back(&app);
  }
  return exact.empty() ? alike : exact;
}

const App* in_the_way_of(const std::string& name, const std::vector<App>& apps) {
  const auto found = std::find_if(apps.begin(), apps.end(),
                                  [&](const App& app) { return stands_in_the_way(app.name, name); });
  return found == apps.end() ? nullptr : &*found;
}

AppStep conflict(AppStep step, std::string reason) {
  step.action = AppAction::conflict;
  step.reason = std::move(reason);
  return step;
}

AppStep creation(AppStep step, const AppsAtHand& at_hand) {
  const auto& name = *step.wanted.name;
  if (const App* other = in_the_way_of(name, at_hand.of_others))
    return conflict(std::move(step), "the name is taken by an app of another account, " +
                                         in_quotes(other->name) + "; choose another name");
  if (const App* own = in_the_way_of(name, at_hand.own))
    return conflict(std::move(step),
                    "the service takes '_' in a new name for any character, so that your app " +
                        in_quotes(own->name) + " stands in the way; choose another name");
  step.action = AppAction::create;
  step.changes = step.wanted;
  return step;
}

AppStep comparison(AppStep step, const AppsAtHand& at_hand) {
  const App& app = *step.existing;
  const auto scopes = at_hand.scopes.find(app.app_id);
  if (step.wanted.scopes && scopes == at_hand.scopes.end())
    step.remark = "whether its allowed_scopes are these cannot be told: the service does not say, and this "
                  "machine did not create it";
  else if (step.wanted.scopes && !same_set(*step.wanted.scopes, scopes->second))
    return conflict(
        std::move(step),
        "allowed_scopes differ, and the service never changes them; 'app replace' makes a new app "
        "with other ones");
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

AppStep plan_app(const AppFields& wanted, const AppsAtHand& at_hand) {
  AppStep step;
  step.wanted = wanted;
  const auto candidates = meant_by(*wanted.name, at_hand.own);
  if (candidates.size() > 1)
    return conflict(std::move(step), "several of your apps have this name; give all but one another");
  if (candidates.empty())
    return creation(std::move(step), at_hand);
  step.existing = *candidates.front();
  return comparison(std::move(step), at_hand);
}

std::vector<AppStep> plan_apps(const std::vector<AppFields>& wanted, const AppsAtHand& at_hand) {
  std::vector<AppStep> steps;
  steps.reserve(wanted.size());
  for (const auto& app : wanted)
    steps.push_back(plan_app(app, at_hand));
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
