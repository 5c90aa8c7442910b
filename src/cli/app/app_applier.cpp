#include "cli/app/app_applier.hpp"

#include "base/terminal_text.hpp"
#include "cli/app/app_registration.hpp"
#include "cli/app/secrets/remembered_scopes.hpp"
#include "cli/command/error_report.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

using service::AppAction;

constexpr int name_taken = 409;
constexpr std::size_t longest_sentence = 1000;

bool affects_this_app_only(ErrorKind kind) {
  return kind == ErrorKind::usage || kind == ErrorKind::service;
}

Error conflict_error(const service::AppStep& step) {
  return {ErrorKind::usage, step.reason, "resolve the conflict; the other apps in the file are not affected"};
}

std::string_view verb_of(const AppliedStep& applied) {
  if (applied.step.action == AppAction::conflict)
    return "conflict";
  if (applied.failure)
    return applied.secret_place.empty() ? "failed" : "unfinished";
  if (!applied.done)
    return "not tried";
  return applied.step.action == AppAction::create   ? "created"
         : applied.step.action == AppAction::update ? "updated"
                                                    : "unchanged";
}

Json failure_json(const Error& error) {
  return (*parse_json(error_json(error)))["error"];
}

} // namespace

std::vector<AppliedStep> AppApplier::apply(std::vector<service::AppStep> steps) {
  std::vector<AppliedStep> all;
  all.reserve(steps.size());
  for (auto& step : steps)
    all.push_back({std::move(step)});
  for (auto& applied : all) {
    attempt(applied);
    if (applied.failure && !affects_this_app_only(applied.failure->kind()))
      break;
  }
  return all;
}

void AppApplier::attempt(AppliedStep& applied) {
  try {
    perform(applied);
  } catch (const Error& error) {
    applied.failure = error;
  }
}

void AppApplier::perform(AppliedStep& applied) {
  switch (applied.step.action) {
  case AppAction::create:
    return create(applied);
  case AppAction::update:
    return update(applied);
  case AppAction::none:
    applied.done = true;
    return;
  case AppAction::conflict:
    throw conflict_error(applied.step);
  }
}

void AppApplier::create(AppliedStep& applied) {
  const auto& wanted = applied.step.wanted;
  auto fields = wanted;
  fields.active.reset();
  auto& place = m_secrets.of(*wanted.name);
  try {
    applied.step.existing = register_prepared_app(fields, place, m_admin, m_context);
  } catch (const Error& error) {
    if (error.status() == name_taken)
      return plan_again(applied);
    throw;
  }
  applied.secret_place = place.place();
  if (!wanted.scopes)
    remember_scopes(applied.step.existing->app_id, {}, m_context);
  if (wanted.active == false) // an app is always created active
    static_cast<void>(m_admin.apps.update(applied.step.existing->app_id, {.active = false}));
  applied.done = true;
}

// The same file may have been applied on another machine meanwhile.
void AppApplier::plan_again(AppliedStep& applied) {
  const auto wanted = applied.step.wanted;
  applied.step = service::plan_app(wanted, find_existing({wanted}, m_admin, m_context));
  if (applied.step.action != AppAction::create)
    return perform(applied);
  applied.step.action = AppAction::conflict;
  applied.step.changes = {};
  applied.step.reason =
      "the name is taken by an app that the service does not show: an app of another account, or an "
      "inactive app of yours; choose another name";
  throw conflict_error(applied.step).with_status(name_taken);
}

void AppApplier::update(AppliedStep& applied) {
  static_cast<void>(m_admin.apps.update(applied.step.existing->app_id, applied.step.changes));
  applied.done = true;
}

Json applied_json(const AppliedStep& applied) {
  Json json = step_json(applied.step);
  json["done"] = applied.done;
  if (!applied.secret_place.empty())
    json["secret"] = applied.secret_place;
  if (applied.failure)
    json["error"] = failure_json(*applied.failure);
  return json;
}

std::string applied_text(const AppliedStep& applied) {
  auto text = step_text(applied.step, verb_of(applied));
  if (!applied.secret_place.empty())
    text += "  client id: " + one_line(applied.step.existing->client_id, longest_sentence) +
            "\n  its secret is " + applied.secret_place + "\n";
  if (applied.failure && applied.step.action != AppAction::conflict)
    for (const auto& sentence : {std::string{applied.failure->what()}, applied.failure->hint()})
      if (!sentence.empty())
        text += "  " + one_line(sentence, longest_sentence) + "\n";
  return text;
}

} // namespace chutes::cli
