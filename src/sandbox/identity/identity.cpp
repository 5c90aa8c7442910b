#include "sandbox/identity/identity.hpp"

#include "base/ascii.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/identifiers.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::sandbox {
namespace {

// "cpk_…" of "Bearer cpk_…": the service uses the last word, whatever precedes it.
std::string last_word(const std::string& header) {
  const auto words = split_words(header);
  return words.empty() ? "" : words.back();
}

void set_holder(const IdentityContext& context, const std::string& user_id, Caller& caller) {
  const auto& user = context.records.users.at(user_id);
  caller.holder = {user.username, user.user_id, user.created_at};
  caller.settings = user.settings;
}

Caller key_caller(const IdentityContext& context, const std::string& key) {
  const auto digest = digest_of(key);
  for (const auto& known : context.records.api_keys)
    if (known.digest == digest && context.records.users.count(known.user_id) != 0) {
      Caller caller;
      caller.credential = known.admin ? Credential::admin_key : Credential::scoped_key;
      caller.scopes = known.scopes;
      set_holder(context, known.user_id, caller);
      return caller;
    }
  Caller unknown;
  unknown.credential = Credential::bad_key;
  return unknown;
}

Caller token_caller(const IdentityContext& context, const std::string& text) {
  Caller caller;
  caller.credential = Credential::invalid_token;
  if (const Token* token = usable_token(context, text)) {
    caller.credential = Credential::access_token;
    caller.scopes = token->scopes;
    set_holder(context, context.records.authorizations.at(token->authorization_id).user_id, caller);
  }
  return caller;
}

} // namespace

App* IdentityContext::find_client(const std::string& client_id) {
  for (auto& [id, app] : records.apps)
    if (app.client_id == client_id)
      return &app;
  return nullptr;
}

User* IdentityContext::find_user(const std::string& id_or_name) {
  for (auto& [id, user] : records.users)
    if (id == id_or_name || user.username == id_or_name)
      return &user;
  return nullptr;
}

const Token* valid_token(const IdentityContext& context, const std::string& text, bool refresh) {
  // prefix_ID.SECRET
  const auto dot = text.find('.');
  const auto underscore = text.find('_');
  if (dot == std::string::npos || underscore == std::string::npos || dot < underscore)
    return nullptr;
  const auto found = context.records.tokens.find(text.substr(underscore + 1, dot - underscore - 1));
  if (found == context.records.tokens.end())
    return nullptr;
  const Token& token = found->second;
  const auto authorization = context.records.authorizations.find(token.authorization_id);
  const bool valid =
      token.refresh == refresh && token.digest == digest_of(text) && !token.used && !token.revoked &&
      token.expires_at > context.now && authorization != context.records.authorizations.end() &&
      !authorization->second.revoked && context.records.apps.count(authorization->second.app_id) != 0 &&
      context.records.users.count(authorization->second.user_id) != 0;
  return valid ? &token : nullptr;
}

const Token* usable_token(const IdentityContext& context, const std::string& text) {
  const Token* token = valid_token(context, text, false);
  if (token == nullptr)
    return nullptr;
  const auto& authorization = context.records.authorizations.at(token->authorization_id);
  return context.records.apps.at(authorization.app_id).active ? token : nullptr;
}

Caller caller_of(const IdentityContext& context, const httplib::Request& request) {
  const auto header = request.get_header_value("Authorization");
  const auto word = last_word(header);
  Caller caller;
  if (word.empty())
    return caller;
  if (word.starts_with("cpk_"))
    return key_caller(context, word);
  if (word.starts_with("cak_"))
    return token_caller(context, word);
  caller.credential = Credential::bad_key; // an unknown website token, or an unknown kind of credential
  return caller;
}

bool Identity::answer(const httplib::Request& request, httplib::Response& response) {
  const std::lock_guard lock{m_mutex};
  IdentityContext context{m_records, m_rules, m_clock.now()};
  const auto caller = caller_of(context, request);
  const bool answered =
      answer_sign_in(context, request, response) || answer_tokens(context, request, response) ||
      answer_userinfo(context, request, response) || answer_apps(context, caller, request, response) ||
      answer_authorizations(context, caller, request, response);
  if (context.changed && m_on_change)
    m_on_change(m_records);
  return answered;
}

Caller Identity::caller(const httplib::Request& request) {
  const std::lock_guard lock{m_mutex};
  return caller_of({m_records, m_rules, m_clock.now()}, request);
}

std::string Identity::new_uuid() {
  return random_uuid();
}

} // namespace chutes::sandbox
