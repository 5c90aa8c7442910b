// Whether the app of a client is active at the service. For tokens of an inactive app, introspection says
// that they are active, and they can be refreshed, while every call with them is refused.
#pragma once

#include "cli/command/context.hpp"
#include "service/apps/authorize_probe.hpp"
#include "session/credentials.hpp"

#include <string>

namespace chutes::cli {

// Whether the service refuses the access token of a call, although introspection says that it is active: then
// its app is inactive. Throws what the request throws, and `service_error` for an answer that says neither.
[[nodiscard]] bool refuses_active_token(const Secret& access_token, Context& context);

// Whether the app of a session is inactive, of whose tokens introspection says that the access token
// (`access_token_active`) or else the refresh token is active. Always false at other issuers. Throws as
// refuses_active_token.
[[nodiscard]] bool is_app_inactive(const session::Credentials& credentials, bool access_token_active,
                                   Context& context);

// What the service's authorization endpoint would answer to a browser. Throws what the request throws, also
// if the endpoint cannot be asked within a few seconds.
[[nodiscard]] service::AuthorizeAnswer
authorization_answer(const std::string& client_id, const std::string& redirect_uri, Context& context);

} // namespace chutes::cli
