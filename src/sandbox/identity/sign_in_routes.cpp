// /idp/authorize, /idp/login and /idp/authorize/consent: checks in the service's order; every failure is a
// page of status 400 that never redirects to the app. Recorded from the service's published server code on
// 2026-11-27.
#include "base/form.hpp"
#include "sandbox/identity/hotkeys.hpp"
#include "sandbox/identity/identity.hpp"
#include "sandbox/identity/identity_pages.hpp"
#include "sandbox/identity/scope_list.hpp"
#include "sandbox/world/form_fields.hpp"
#include "sandbox/world/identifiers.hpp"
#include "sandbox/world/query.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::sandbox {
namespace {

constexpr std::chrono::seconds consent_lifetime{600};
constexpr std::chrono::seconds code_lifetime{600};
constexpr const char* cookie_name = "chutes-session-token";

// Appends blindly, as the service does: a redirect URI with a query gets a second question mark.
void redirect_back(const SignInRequest& request, FormFields fields, httplib::Response& response) {
  if (!request.state.empty())
    fields.emplace_back("state", request.state);
  response.status = 302;
  response.set_header("Location", request.redirect_uri + "?" + encode_form(fields));
}

void redirect_back_with_error(const SignInRequest& request, const std::string& error,
                              const std::string& description, httplib::Response& response) {
  redirect_back(request, {{"error", error}, {"error_description", description}}, response);
}

// Returns the app if it is active and has registered the redirect URI; otherwise answers a page, which says
// `unregistered` of the URI, and returns null.
App* checked_client(IdentityContext& context, const SignInRequest& request, const char* unregistered,
                    httplib::Response& response) {
  App* app = context.active_client(request.client_id);
  if (app == nullptr) {
    answer_page(response, 400, error_page("invalid_client", "Unknown client_id"));
    return nullptr;
  }
  if (std::find(app->redirect_uris.begin(), app->redirect_uris.end(), request.redirect_uri) ==
      app->redirect_uris.end()) {
    answer_page(response, 400, error_page("invalid_redirect_uri", unregistered));
    return nullptr;
  }
  return app;
}

std::string cookie_value(const httplib::Request& request) {
  const std::string header = "; " + request.get_header_value("Cookie");
  std::string wanted{"; "};
  wanted.append(cookie_name).append("=");
  const auto begin = header.find(wanted);
  if (begin == std::string::npos)
    return {};
  const auto from = begin + wanted.size();
  return header.substr(from, header.find(';', from) - from);
}

const User* signed_in_user(const IdentityContext& context, const httplib::Request& request) {
  const auto session = context.records.browser_sessions.find(digest_of(cookie_value(request)));
  if (session == context.records.browser_sessions.end() || session->second.expires_at <= context.now)
    return nullptr;
  const auto user = context.records.users.find(session->second.user_id);
  return user == context.records.users.end() ? nullptr : &user->second;
}

void ask_for_consent(IdentityContext& context, const SignInRequest& request, const std::string& user_id,
                     httplib::Response& response) {
  const auto session_id = random_uuid();
  context.records.consent_sessions[session_id] = {request, user_id, context.now + consent_lifetime};
  response.status = 302;
  response.set_header("Location", "/idp/authorize/consent?session_id=" + session_id);
}

// Returns why the scopes cannot be granted, else nothing. The service checks only after the person pressed
// Allow.
std::string scope_problem(const App& app, const std::vector<std::string>& scopes) {
  for (const auto& scope : scopes) {
    const bool allowed =
        std::find(app.allowed_scopes.begin(), app.allowed_scopes.end(), scope) != app.allowed_scopes.end();
    if (!is_grantable(scope))
      return "Unknown scope: " + scope;
    if (is_privileged(scope) && !allowed)
      return "Scope '" + scope + "' requires explicit app registration";
  }
  return {};
}

std::vector<std::string> requested_scopes(const SignInRequest& request) {
  return request.scope.empty() ? std::vector<std::string>{"profile"} : split_scopes(request.scope);
}

void approve(IdentityContext& context, const App& app, const SignInRequest& request,
             const std::string& user_id, httplib::Response& response) {
  const auto scopes = requested_scopes(request);
  if (const auto problem = scope_problem(app, scopes); !problem.empty()) {
    redirect_back_with_error(request, "invalid_scope", problem, response);
    return;
  }
  const auto code = random_characters(alphanumeric, 64);
  context.records.codes[digest_of(code)] = {request, app.app_id, user_id, scopes,
                                            context.now + code_lifetime};
  redirect_back(request, {{"code", code}}, response);
}

bool pkce_is_acceptable(const IdentityContext& context, const SignInRequest& request) {
  if (request.code_challenge.empty())
    return true;
  return request.code_challenge_method == "S256" ||
         (context.rules.old_generation && request.code_challenge_method == "plain");
}

void answer_authorize(IdentityContext& context, const httplib::Request& http, httplib::Response& response) {
  QueryReader query{http};
  const auto response_type = query.required_text("response_type");
  const auto client_id = query.required_text("client_id");
  const auto redirect_uri = query.required_text("redirect_uri");
  if (query.refused(response))
    return;
  const SignInRequest request{client_id,
                              redirect_uri,
                              query.text("scope"),
                              query.text("state"),
                              query.text("code_challenge"),
                              query.text("code_challenge_method")};
  if (response_type != "code") {
    answer_page(response, 400,
                error_page("unsupported_response_type", "Only 'code' response type is supported"));
    return;
  }
  const App* app =
      checked_client(context, request, "Redirect URI not registered for this application", response);
  if (app == nullptr)
    return;
  if (!pkce_is_acceptable(context, request)) {
    answer_page(response, 400,
                error_page("invalid_request", context.rules.old_generation
                                                  ? "Invalid code_challenge_method"
                                                  : "Only S256 code_challenge_method is supported"));
    return;
  }
  if (context.rules.approval == Approval::automatic)
    approve(context, *app, request, context.records.user_order.front(), response);
  else if (context.rules.approval == Approval::deny)
    redirect_back_with_error(request, "access_denied", "User denied the request", response);
  else if (const User* user = signed_in_user(context, http))
    ask_for_consent(context, request, user->user_id, response);
  else
    answer_page(response, 200, login_page(request, app->name, new_nonce(context), {}));
}

// Why a sign-in with a hotkey fails, which it always does here.
std::string hotkey_flaw(IdentityContext& context, const Form& form) {
  if (form["hotkey"].empty() || form["signature"].empty() || form["nonce"].empty())
    return "Please provide hotkey, signature, and sign the nonce";
  return consume_nonce(context, form["nonce"]) ? signature_flaw(form["signature"]) : expired_nonce;
}

std::string fingerprint_flaw(const Form& form) {
  return form["fingerprint"].empty() ? "Please enter your fingerprint" : "Invalid fingerprint";
}

void answer_login(IdentityContext& context, const httplib::Request& http, httplib::Response& response) {
  const Form form{http};
  if (form.lacks({"client_id", "redirect_uri", "auth_method"}, response))
    return;
  const SignInRequest request{form["client_id"], form["redirect_uri"],   form["scope"],
                              form["state"],     form["code_challenge"], form["code_challenge_method"]};
  const App* app = checked_client(context, request, "Redirect URI not registered", response);
  if (app == nullptr)
    return;
  const bool with_hotkey = form["auth_method"] == "hotkey";
  if (!with_hotkey && form["auth_method"] != "fingerprint") {
    answer_page(response, 400, error_page("invalid_request", "Invalid authentication method"));
    return;
  }
  const User* user = with_hotkey ? nullptr : user_with_fingerprint(context, form["fingerprint"]);
  if (user == nullptr) {
    const auto flaw = with_hotkey ? hotkey_flaw(context, form) : fingerprint_flaw(form);
    answer_page(response, 200, login_page(request, app->name, new_nonce(context), flaw));
    return;
  }
  // The service's cookie has Secure and a domain; with those, no browser would send it to a loopback address.
  std::string value{cookie_name};
  value.append("=").append(start_session(context, user->user_id));
  value.append("; HttpOnly; Max-Age=604800; Path=/; SameSite=lax");
  response.set_header("Set-Cookie", value);
  ask_for_consent(context, request, user->user_id, response);
}

// The session that the query names, as far as it is still good; else null after answering a page.
ConsentSession* consent_session(IdentityContext& context, const std::string& id,
                                httplib::Response& response) {
  const auto found = context.records.consent_sessions.find(id);
  if (found != context.records.consent_sessions.end() && found->second.expires_at > context.now)
    return &found->second;
  answer_page(response, 400, error_page("invalid_request", "Session expired. Please try again."));
  return nullptr;
}

void answer_consent_page(IdentityContext& context, const httplib::Request& http,
                         httplib::Response& response) {
  QueryReader query{http};
  const auto id = query.required_text("session_id");
  if (query.refused(response))
    return;
  const ConsentSession* session = consent_session(context, id, response);
  if (session == nullptr)
    return;
  const auto& request = session->request;
  const App* app = context.active_client(request.client_id);
  const User* user = context.find_user(session->user_id);
  if (app == nullptr || user == nullptr)
    answer_page(response, 400, error_page("invalid_client", "Unknown client_id"));
  else
    answer_page(response, 200, consent_page(id, request, *user, *app, requested_scopes(request)));
}

void answer_consent(IdentityContext& context, const httplib::Request& http, httplib::Response& response) {
  QueryReader query{http};
  const auto id = query.required_text("session_id");
  const Form form{http};
  if (query.refused(response) || form.lacks({"action"}, response))
    return;
  const ConsentSession* found = consent_session(context, id, response);
  if (found == nullptr)
    return;
  const App* app = context.active_client(found->request.client_id);
  if (app == nullptr) {
    answer_page(response, 400, error_page("invalid_client", "Unknown client_id"));
    return;
  }
  const ConsentSession session = *found;
  context.records.consent_sessions.erase(id);
  if (form["action"] == "deny")
    redirect_back_with_error(session.request, "access_denied", "User denied the request", response);
  else
    approve(context, *app, session.request, session.user_id, response);
}

} // namespace

bool answer_sign_in(IdentityContext& context, const httplib::Request& request, httplib::Response& response) {
  if (request.path == "/idp/authorize" && request.method == "GET")
    answer_authorize(context, request, response);
  else if (request.path == "/idp/login" && request.method == "POST")
    answer_login(context, request, response);
  else if (request.path == "/idp/authorize/consent" && request.method == "GET")
    answer_consent_page(context, request, response);
  else if (request.path == "/idp/authorize/consent" && request.method == "POST")
    answer_consent(context, request, response);
  else
    return false;
  return true;
}

} // namespace chutes::sandbox
