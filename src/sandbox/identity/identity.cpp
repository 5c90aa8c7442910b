#include "sandbox/identity/identity.hpp"

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "sandbox/world/identifiers.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <stdexcept>

namespace chutes::sandbox {
namespace {

// "cpk_…" of "Bearer cpk_…": the service uses the last word, whatever precedes it.
std::string last_word(const std::string& header) {
  const auto words = split_words(header);
  return words.empty() ? "" : words.back();
}

void set_holder(const IdentityContext& context, const std::string& user_id, Caller& caller) {
  const auto& user = context.records.users.at(user_id);
  caller.holder = {user.username, user.user_id, user.created_at, user.roles};
  caller.settings = user.settings;
}

Caller without_holder(Credential credential) {
  Caller caller;
  caller.credential = credential;
  return caller;
}

bool all_of(std::string_view text, std::string_view alphabet, std::size_t size) {
  return text.size() == size && text.find_first_not_of(alphabet) == std::string_view::npos;
}

// cpk_KEY.USER.SECRET
bool has_form_of_key(const std::string& word) {
  const auto parts = split(word.substr(4), '.');
  return parts.size() == 3 && all_of(parts[0], hexadecimal, 32) && all_of(parts[1], hexadecimal, 32) &&
         all_of(parts[2], alphanumeric, 32);
}

Caller key_caller(const IdentityContext& context, const std::string& key) {
  if (!has_form_of_key(key))
    return without_holder(Credential::malformed);
  const auto digest = digest_of(key);
  for (const auto& known : context.records.api_keys)
    if (known.digest == digest && context.records.users.contains(known.user_id)) {
      Caller caller;
      caller.credential = known.admin ? Credential::admin_key : Credential::scoped_key;
      caller.scopes = known.scopes;
      set_holder(context, known.user_id, caller);
      return caller;
    }
  return without_holder(Credential::bad_key);
}

Caller session_caller(const IdentityContext& context, const std::string& token) {
  const auto session = context.records.browser_sessions.find(digest_of(token));
  if (session == context.records.browser_sessions.end() ||
      !context.records.users.contains(session->second.user_id))
    return without_holder(Credential::bad_session);
  if (session->second.expires_at <= context.now)
    return without_holder(Credential::expired_session);
  auto caller = without_holder(Credential::admin_key);
  set_holder(context, session->second.user_id, caller);
  return caller;
}

Caller token_caller(const IdentityContext& context, const std::string& text) {
  auto caller = without_holder(Credential::invalid_token);
  if (const Token* token = usable_token(context, text)) {
    caller.credential = Credential::access_token;
    caller.scopes = token->scopes;
    set_holder(context, context.records.authorizations.at(token->authorization_id).user_id, caller);
  }
  return caller;
}

} // namespace

App* IdentityContext::active_client(const std::string& client_id) {
  store_text(client_id);
  for (auto& [id, app] : records.apps)
    if (app.client_id == client_id)
      return app.active ? &app : nullptr;
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
      !authorization->second.revoked && context.records.apps.contains(authorization->second.app_id) &&
      context.records.users.contains(authorization->second.user_id);
  return valid ? &token : nullptr;
}

const Token* usable_token(const IdentityContext& context, const std::string& text) {
  const Token* token = valid_token(context, text, false);
  if (token == nullptr)
    return nullptr;
  const auto& authorization = context.records.authorizations.at(token->authorization_id);
  return context.records.apps.at(authorization.app_id).active ? token : nullptr;
}

void store_text(const std::string& text) {
  if (text.find('\0') != std::string::npos)
    throw std::runtime_error{"a text with a NUL"};
}

std::string start_session(IdentityContext& context, const std::string& user_id) {
  constexpr std::chrono::seconds lifetime{604800};
  const auto end = context.now + lifetime;
  const Json claims{{"sub", user_id},
                    {"iat", context.now.time_since_epoch().count()},
                    {"exp", end.time_since_epoch().count()}};
  auto token = base64url_encode(R"({"alg":"HS256","typ":"JWT"})");
  token.append(".").append(base64url_encode(json_line(claims)));
  token.append(".").append(base64url_encode(random_characters(alphanumeric, 32)));
  context.records.browser_sessions[digest_of(token)] = {user_id, end};
  return token;
}

std::string new_nonce(IdentityContext& context) {
  constexpr std::chrono::seconds lifetime{300};
  auto& nonces = context.records.login_nonces;
  std::erase_if(nonces, [&](const auto& entry) { return entry.second <= context.now; });
  auto nonce = random_uuid();
  nonces[nonce] = context.now + lifetime;
  return nonce;
}

bool consume_nonce(IdentityContext& context, const std::string& nonce) {
  const auto found = context.records.login_nonces.extract(nonce);
  return !found.empty() && found.mapped() > context.now;
}

const User* user_with_fingerprint(const IdentityContext& context, const std::string& fingerprint) {
  for (const auto& [id, user] : context.records.users)
    if (!fingerprint.empty() && user.fingerprint == fingerprint)
      return &user;
  return nullptr;
}

Caller caller_of(const IdentityContext& context, const httplib::Request& request) {
  const auto header = request.get_header_value("Authorization");
  const auto word = last_word(header);
  if (word.empty())
    return {};
  if (word.starts_with("cpk_"))
    return key_caller(context, word);
  if (word.starts_with("cak_"))
    return token_caller(context, word);
  return starts_with_ignoring_case(trim(header), "bearer ") ? session_caller(context, word)
                                                            : without_holder(Credential::malformed);
}

bool Identity::answer(const httplib::Request& request, httplib::Response& response) {
  const std::lock_guard lock{m_mutex};
  IdentityContext context{m_records, m_rules, m_clock.moment()};
  const auto caller = caller_of(context, request);
  const bool answered =
      answer_sign_in(context, request, response) || answer_tokens(context, request, response) ||
      answer_userinfo(context, request, response) || answer_sessions(context, request, response) ||
      answer_lists(context, caller, request, response) || answer_apps(context, caller, request, response) ||
      answer_authorizations(context, caller, request, response);
  if (context.changed && m_on_change)
    m_on_change(m_records);
  return answered;
}

Caller Identity::caller(const httplib::Request& request) {
  const std::lock_guard lock{m_mutex};
  return caller_of({m_records, m_rules, m_clock.moment()}, request);
}

std::string Identity::new_uuid() {
  return random_uuid();
}

} // namespace chutes::sandbox
