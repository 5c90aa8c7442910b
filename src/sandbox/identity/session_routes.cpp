// Sessions of the website: /users/login, and /idp/cli_login, which signs a browser in with a hotkey. The
// sandbox has no hotkeys, so no signature is right.
#include "sandbox/identity/hotkeys.hpp"
#include "sandbox/identity/identity.hpp"
#include "sandbox/identity/identity_pages.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/form_fields.hpp"
#include "sandbox/world/query.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace chutes::sandbox {
namespace {

void answer_cli_login(IdentityContext& context, const httplib::Request& request,
                      httplib::Response& response) {
  QueryReader query{request};
  query.required_text("hotkey");
  const auto signature = query.required_text("signature");
  const auto nonce = query.required_text("nonce");
  if (query.refused(response))
    return;
  if (!consume_nonce(context, nonce))
    answer_page(response, 400, error_page("invalid_nonce", expired_nonce));
  else
    answer_page(response, 400, error_page("invalid_signature", signature_flaw(signature) + "."));
}

void answer_login(IdentityContext& context, const httplib::Request& request, httplib::Response& response) {
  const auto body = parse_json(request.body).value_or(Json::object());
  if (const auto fingerprint = string_field(body, "fingerprint"); fingerprint && !fingerprint->empty()) {
    if (const User* user = user_with_fingerprint(context, *fingerprint))
      answer_json(response, {{"token", start_session(context, user->user_id)}});
    else
      answer_detail(response, 401, "Invalid fingerprint.");
    return;
  }
  const auto signature = string_field(body, "signature");
  const auto nonce = string_field(body, "nonce");
  if (!string_field(body, "hotkey") || !signature || !nonce)
    answer_detail(response, 400,
                  "Please provide either 'fingerprint' or 'hotkey'+'signature'+'nonce' for authentication.");
  else if (!consume_nonce(context, *nonce))
    answer_detail(response, 401, "Invalid or expired nonce.");
  else
    answer_detail(response, 401, signature_flaw(*signature) + ".");
}

} // namespace

bool answer_sessions(IdentityContext& context, const httplib::Request& request, httplib::Response& response) {
  if (request.path == "/idp/cli_login/nonce")
    answer_json(response, {{"nonce", new_nonce(context)}});
  else if (request.path == "/users/login/nonce")
    answer_json(response, {{"nonce", new_nonce(context)}, {"expires_in", 300}});
  else if (request.path == "/idp/cli_login")
    answer_cli_login(context, request, response);
  else if (request.path == "/users/login" && request.method == "POST")
    answer_login(context, request, response);
  else
    return false;
  return true;
}

} // namespace chutes::sandbox
