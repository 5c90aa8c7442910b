#include "cli/account/app_activity.hpp"

#include "base/error.hpp"
#include "oauth/userinfo.hpp"
#include "service/service_error.hpp"
#include "session/client_registration.hpp"

namespace chutes::cli {
namespace {

constexpr int unauthorized = 401;
constexpr int forbidden = 403; // the token lacks the scope to see who it is, but is good

} // namespace

bool refuses_active_token(const Secret& access_token, Context& context) {
  const auto& endpoint = context.server().userinfo_endpoint;
  if (!context.server().is_chutes || !endpoint)
    return false;
  const auto response = oauth::userinfo(*endpoint, access_token, context.platform.http).response;
  if (response.status == unauthorized && !service::is_missing_route(response))
    return true;
  if (response.status == forbidden && service::error_detail(response.body) == service::no_permission)
    throw service::missing_route_error(response, "show the user information");
  if (response.status != forbidden && response.status != 200)
    throw service::service_error(response, "show the user information");
  return false;
}

bool is_app_inactive(const session::Credentials& credentials, bool access_token_active, Context& context) {
  if (access_token_active)
    return refuses_active_token(credentials.access_token, context);
  if (!context.server().is_chutes)
    return false;
  // The endpoint checks the client before the redirect URI, so any of them will do.
  const auto uri = session::default_redirect_uris().front().text;
  const auto answer =
      service::probe_authorization(context.server().authorization_endpoint, credentials.client_id, uri,
                                   context.platform.http, context.platform.random);
  return answer.verdict == service::AuthorizeVerdict::unknown_client;
}

service::AuthorizeAnswer authorization_answer(const std::string& client_id, const std::string& redirect_uri,
                                              Context& context) {
  constexpr std::chrono::seconds patience{5};
  return service::probe_authorization(context.server().authorization_endpoint, client_id, redirect_uri,
                                      context.platform.http, context.platform.random, patience);
}

} // namespace chutes::cli
