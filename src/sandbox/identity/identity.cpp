#include "sandbox/identity/identity.hpp"

#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/identifiers.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::sandbox {
namespace {

// "cpk_…" of "Bearer cpk_…": the service takes the last word, whatever stands before it.
std::string last_word(const std::string& header) {
  const auto end = header.find_last_not_of(' ');
  if (end == std::string::npos)
    return {};
  const auto space = header.rfind(' ', end);
  return header.substr(space == std::string::npos ? 0 : space + 1,
                       end - (space == std::string::npos ? 0 : space + 1) + 1);
}

void set_holder(const IdentityDesk& desk, const std::string& user_id, Caller& caller) {
  const auto& user = desk.records.users.at(user_id);
  caller.holder = {user.username, user.user_id, user.created_at};
  caller.settings = user.settings;
}

Caller key_caller(const IdentityDesk& desk, const std::string& key) {
  const auto digest = digest_of(key);
  for (const auto& known : desk.records.api_keys)
    if (known.digest == digest && desk.records.users.count(known.user_id) != 0) {
      Caller caller;
      caller.credential = known.admin ? Credential::admin_key : Credential::scoped_key;
      caller.scopes = known.scopes;
      set_holder(desk, known.user_id, caller);
      return caller;
    }
  Caller stranger;
  stranger.credential = Credential::bad_key;
  return stranger;
}

Caller token_caller(const IdentityDesk& desk, const std::string& text) {
  Caller caller;
  caller.credential = Credential::dead_token;
  if (const Token* token = usable_token(desk, text)) {
    caller.credential = Credential::access_token;
    caller.scopes = token->scopes;
    set_holder(desk, desk.records.authorizations.at(token->authorization_id).user_id, caller);
  }
  return caller;
}

} // namespace

App* IdentityDesk::find_client(const std::string& client_id) {
  for (auto& [id, app] : records.apps)
    if (app.client_id == client_id)
      return &app;
  return nullptr;
}

User* IdentityDesk::find_user(const std::string& id_or_name) {
  for (auto& [id, user] : records.users)
    if (id == id_or_name || user.username == id_or_name)
      return &user;
  return nullptr;
}

const Token* living_token(const IdentityDesk& desk, const std::string& text, bool refresh) {
  // prefix_ID.SECRET
  const auto dot = text.find('.');
  const auto underscore = text.find('_');
  if (dot == std::string::npos || underscore == std::string::npos || dot < underscore)
    return nullptr;
  const auto found = desk.records.tokens.find(text.substr(underscore + 1, dot - underscore - 1));
  if (found == desk.records.tokens.end())
    return nullptr;
  const Token& token = found->second;
  const auto authorization = desk.records.authorizations.find(token.authorization_id);
  const bool living = token.refresh == refresh && token.digest == digest_of(text) && !token.used &&
                      !token.revoked && token.expires_at > desk.now &&
                      authorization != desk.records.authorizations.end() && !authorization->second.revoked &&
                      desk.records.apps.count(authorization->second.app_id) != 0 &&
                      desk.records.users.count(authorization->second.user_id) != 0;
  return living ? &token : nullptr;
}

const Token* usable_token(const IdentityDesk& desk, const std::string& text) {
  const Token* token = living_token(desk, text, false);
  if (token == nullptr)
    return nullptr;
  const auto& authorization = desk.records.authorizations.at(token->authorization_id);
  return desk.records.apps.at(authorization.app_id).active ? token : nullptr;
}

Caller caller_of(const IdentityDesk& desk, const httplib::Request& request) {
  const auto header = request.get_header_value("Authorization");
  const auto word = last_word(header);
  Caller caller;
  if (word.empty())
    return caller;
  if (word.starts_with("cpk_"))
    return key_caller(desk, word);
  if (word.starts_with("cak_"))
    return token_caller(desk, word);
  caller.credential = Credential::bad_key; // a website token that is not ours, or nothing we know
  return caller;
}

bool Identity::answer(const httplib::Request& request, httplib::Response& response) {
  const std::lock_guard lock{m_mutex};
  IdentityDesk desk{m_records, m_rules, m_clock.now()};
  const auto caller = caller_of(desk, request);
  const bool answered = answer_sign_in(desk, request, response) || answer_tokens(desk, request, response) ||
                        answer_userinfo(desk, request, response) ||
                        answer_apps(desk, caller, request, response) ||
                        answer_authorizations(desk, caller, request, response);
  if (desk.changed && m_on_change)
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
