// /idp/token with both grants, /idp/token/revoke and /idp/token/introspect. The checks are in the service's
// order, because it decides what a mistake costs: any failure spends a code, only success spends a refresh
// token. A grant comes about at the exchange; introspection shows a refresh token with its grant's scopes,
// and calls tokens of an inactive app active. Recorded from the service's published server code on
// 2026-11-27.
#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "sandbox/identity/identity.hpp"
#include "sandbox/identity/scope_list.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/form_fields.hpp"
#include "sandbox/world/identifiers.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace chutes::sandbox {
namespace {

void answer_oauth_error(httplib::Response& response, const char* error) {
  answer_json(response, {{"error", error}}, 400);
}

void answer_missing_parameters(httplib::Response& response) {
  answer_json(response, {{"error", "invalid_request"}, {"error_description", "Missing required parameters"}},
              400);
}

struct Client {
  std::string id;
  std::string secret;
};

// Fields of the body take precedence over a Basic header; an undecodable header is ignored.
Client client_of(const Form& form, const httplib::Request& request) {
  Client client{form["client_id"], form["client_secret"]};
  const auto header = request.get_header_value("Authorization");
  if (!header.starts_with("Basic "))
    return client;
  const auto pair = base64_decode(header.substr(6)).value_or("");
  const auto colon = pair.find(':');
  if (colon == std::string::npos)
    return client;
  if (client.id.empty())
    client.id = pair.substr(0, colon);
  if (client.secret.empty())
    client.secret = pair.substr(colon + 1);
  return client;
}

// The service's password hash refuses longer ones, which the service does not catch (500).
constexpr std::size_t longest_secret = 4096;

bool secret_is_right(const App& app, const Client& client) {
  if (client.secret.size() > longest_secret)
    throw std::runtime_error{"a secret too long to be hashed"};
  return !client.secret.empty() && app.secret_digest == digest_of(client.secret);
}

std::string new_token(IdentityContext& context, bool refresh, const std::string& authorization_id,
                      const std::vector<std::string>& scopes, std::chrono::seconds lifetime) {
  const auto id = random_uuid();
  auto text = (refresh ? "crt_" : "cak_") + id + "." + random_characters(alphanumeric, 48);
  context.records.tokens[id] = {
      digest_of(text), refresh, authorization_id, scopes, context.now, context.now + lifetime, false, false};
  return text;
}

void answer_tokens_for(IdentityContext& context, const std::string& authorization_id,
                       const std::vector<std::string>& scopes, const App& app, httplib::Response& response) {
  const auto lifetime = context.rules.token_lifetime;
  const auto access_token = new_token(context, false, authorization_id, scopes, lifetime);
  const auto refresh_token =
      new_token(context, true, authorization_id, scopes, std::chrono::days{app.refresh_token_lifetime_days});
  context.changed = true;
  response.set_header("Cache-Control", "no-store");
  answer_json(response, {{"access_token", access_token},
                         {"token_type", "Bearer"},
                         {"expires_in", lifetime.count()},
                         {"refresh_token", refresh_token},
                         {"scope", scopes.empty() ? Json(nullptr) : Json(join(scopes, " "))}});
}

bool verifier_is_right(const SignInRequest& request, const std::string& verifier, bool old_generation) {
  if (request.code_challenge.empty())
    return true;
  const bool plain = request.code_challenge_method == "plain";
  if (plain && !old_generation)
    return false;
  return !verifier.empty() && request.code_challenge == (plain ? verifier : s256(verifier));
}

// Returns the grant that the exchange of a code creates, renews or revives. The code's scopes replace its
// own.
const Authorization& granted(IdentityContext& context, const Code& code) {
  auto& all = context.records.authorizations;
  const auto known = std::find_if(all.begin(), all.end(), [&](const auto& entry) {
    return entry.second.app_id == code.app_id && entry.second.user_id == code.user_id;
  });
  if (known != all.end()) {
    known->second.scopes = code.scopes;
    known->second.revoked = false;
    return known->second;
  }
  const auto id = random_uuid();
  return all[id] = {id, code.app_id, code.user_id, code.scopes, context.moment, false};
}

void answer_code_grant(IdentityContext& context, const Form& form, const Client& client,
                       httplib::Response& response) {
  if (form["code"].empty() || form["redirect_uri"].empty() || client.id.empty()) {
    answer_missing_parameters(response);
    return;
  }
  const auto found =
      context.records.codes.extract(digest_of(form["code"])); // spent from here on, whatever happens
  context.changed = true;
  if (found.empty() || found.mapped().expires_at <= context.now ||
      found.mapped().request.redirect_uri != form["redirect_uri"]) {
    answer_oauth_error(response, "invalid_grant");
    return;
  }
  const Code& code = found.mapped();
  const App* app = context.active_client(client.id);
  const bool needs_secret = !context.rules.old_generation || code.request.code_challenge.empty();
  if (app == nullptr || app->app_id != code.app_id || (needs_secret && !secret_is_right(*app, client)))
    answer_oauth_error(response, "invalid_client");
  else if (!verifier_is_right(code.request, form["code_verifier"], context.rules.old_generation))
    answer_oauth_error(response, "invalid_grant");
  else
    answer_tokens_for(context, granted(context, code).authorization_id, code.scopes, *app, response);
}

void answer_refresh_grant(IdentityContext& context, const Form& form, const Client& client,
                          httplib::Response& response) {
  const auto& text = form["refresh_token"];
  if (text.empty() || client.id.empty()) {
    answer_missing_parameters(response);
    return;
  }
  const Token* token = valid_token(context, text, true);
  if (token == nullptr) {
    answer_oauth_error(response, "invalid_grant");
    return;
  }
  const auto& authorization = context.records.authorizations.at(token->authorization_id);
  const App& app = context.records.apps.at(authorization.app_id);
  if (app.client_id != client.id || !secret_is_right(app, client)) {
    answer_oauth_error(response, "invalid_client"); // the refresh token stays valid
    return;
  }
  const auto dot = text.find('.');
  context.records.tokens.at(text.substr(4, dot - 4)).used = true;
  answer_tokens_for(context, authorization.authorization_id, authorization.scopes, app, response);
}

void answer_token(IdentityContext& context, const httplib::Request& request, httplib::Response& response) {
  const Form form{request};
  if (form.lacks({"grant_type"}, response))
    return;
  const auto client = client_of(form, request);
  if (form["grant_type"] == "authorization_code")
    answer_code_grant(context, form, client, response);
  else if (form["grant_type"] == "refresh_token")
    answer_refresh_grant(context, form, client, response);
  else
    answer_oauth_error(response, "unsupported_grant_type");
}

Token* token_with(IdentityContext& context, const std::string& text) {
  for (const bool refresh : {false, true})
    if (valid_token(context, text, refresh) != nullptr)
      return &context.records.tokens.at(text.substr(4, text.find('.') - 4));
  return nullptr;
}

void answer_revoke(IdentityContext& context, const httplib::Request& request, httplib::Response& response) {
  const Form form{request};
  if (form.lacks({"token"}, response))
    return;
  if (Token* token = token_with(context, form["token"])) {
    token->revoked = true;
    context.changed = true;
  }
  answer_json(response, {{"revoked", true}});
}

void answer_introspect(IdentityContext& context, const httplib::Request& request,
                       httplib::Response& response) {
  const Form form{request};
  if (form.lacks({"token"}, response))
    return;
  const Client client{form["client_id"], form["client_secret"]}; // a Basic header is ignored here
  if (!client.id.empty() && !client.secret.empty()) {
    const App* app = context.active_client(client.id);
    if (app == nullptr || !secret_is_right(*app, client)) {
      answer_json(response, {{"error", "invalid_client"}}, 401);
      return;
    }
  }
  const Token* token = token_with(context, form["token"]);
  if (token == nullptr) {
    answer_json(response, {{"active", false}});
    return;
  }
  const auto& authorization = context.records.authorizations.at(token->authorization_id);
  const auto& user = context.records.users.at(authorization.user_id);
  answer_json(response, {{"active", true},
                         {"token_type", token->refresh ? "refresh_token" : "access_token"},
                         {"exp", token->expires_at.time_since_epoch().count()},
                         {"iat", token->issued_at.time_since_epoch().count()},
                         {"scope", join(token->refresh ? authorization.scopes : token->scopes, " ")},
                         {"client_id", context.records.apps.at(authorization.app_id).client_id},
                         {"username", user.username},
                         {"sub", user.user_id}});
}

} // namespace

bool answer_tokens(IdentityContext& context, const httplib::Request& request, httplib::Response& response) {
  if (request.method != "POST")
    return false;
  if (request.path == "/idp/token")
    answer_token(context, request, response);
  else if (request.path == "/idp/token/revoke")
    answer_revoke(context, request, response);
  else if (request.path == "/idp/token/introspect")
    answer_introspect(context, request, response);
  else
    return false;
  return true;
}

} // namespace chutes::sandbox
