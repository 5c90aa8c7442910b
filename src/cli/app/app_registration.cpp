#include "cli/app/app_registration.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "cli/app/app_text.hpp"
#include "cli/app/secrets/remembered_scopes.hpp"
#include "oauth/scope.hpp"
#include "service/apps/scopes.hpp"

namespace chutes::cli {

std::vector<std::string> scopes_to_register(const std::vector<std::string>& given) {
  return given.empty() ? oauth::Scope{"openid", "profile", "chutes:invoke"}
                       : oauth::parse_scope(join(given, " "));
}

void check_registrable(const std::vector<std::string>& scopes, Context& context) {
  const auto verdict = service::validate_scopes(scopes, context.endpoints, context.platform.http);
  if (!verdict.unknown.empty())
    throw Error{ErrorKind::usage, "the service has no scope " + oauth::scope_text(verdict.unknown),
                "run '" + context.program + " scopes' to list the scopes"};
  if (!verdict.privileged.empty())
    context.notice("note: only accounts with the role unlimited_dev may register " +
                   oauth::scope_text(verdict.privileged));
}

service::App register_app(const service::AppFields& fields, SecretDestination& destination,
                          const AppAdminSession& admin, Context& context) {
  destination.prepare();
  return register_prepared_app(fields, destination, admin, context);
}

service::App register_prepared_app(const service::AppFields& fields, SecretDestination& destination,
                                   const AppAdminSession& admin, Context& context) {
  const SignalsHeld held{
      context.platform.signals,
      "warning: ended while the app was being registered; if 'app list' shows it, its secret "
      "is lost: replace it with 'app rotate-secret'"};
  const auto created = admin.apps.create(fields);
  context.notice("Registered the app " + app_title(created.app) + ".");
  if (fields.scopes)
    remember_scopes(created.app.app_id, *fields.scopes, context);
  store_or_rescue(destination,
                  {created.app.client_id, created.client_secret, fields.scopes, created.app.document},
                  context);
  return created.app;
}

} // namespace chutes::cli
