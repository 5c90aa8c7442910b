// The records of the identity provider: users, API keys, apps, authorizations, tokens and the short-lived
// state of sign-ins. Plain values; secrets only as digests.
#pragma once

#include "base/json_fields.hpp"
#include "sandbox/world/moment.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chutes::sandbox {

struct User {
  std::string user_id;
  std::string username;
  std::string fingerprint; // 32 characters; the password of a sign-in
  Moment created_at;
  std::vector<std::string> roles;       // "unlimited_dev" may register privileged scopes
  std::shared_ptr<const Json> settings; // of the account, see account.hpp; may be null
};

struct ApiKey {
  std::string digest;
  std::string user_id;
  bool admin = false;
  std::vector<std::string> scopes; // of a key that is not an admin key
};

struct Share {
  std::string user_id;
  Moment shared_at;
};

struct App {
  std::string app_id;
  std::string client_id;
  std::string secret_digest;
  std::string user_id;
  std::string name;
  std::optional<std::string> description;
  std::optional<std::string> homepage_url;
  std::optional<std::string> logo_url;
  std::vector<std::string> redirect_uris;
  std::vector<std::string> allowed_scopes; // fixed at creation, never shown
  bool active = true;
  bool is_public = true;
  std::int64_t refresh_token_lifetime_days = 30;
  Moment created_at;
  Moment updated_at; // set at creation, too
  std::vector<Share> shares;
};

// A user's grant to an app: one per pair, shared by all devices. It comes about when a code is exchanged, not
// at the consent, and the exchange of a code that was consented to earlier revives a revoked one.
struct Authorization {
  std::string authorization_id;
  std::string app_id;
  std::string user_id;
  std::vector<std::string> scopes;
  Moment created_at;
  bool revoked = false;
};

struct Token {
  std::string digest; // of the whole token
  bool refresh = false;
  std::string authorization_id;
  std::vector<std::string> scopes;
  Instant issued_at;
  Instant expires_at;
  bool used = false; // a refresh token that was exchanged
  bool revoked = false;
};

// The parameters of an authorization request, kept until the code is issued.
struct SignInRequest {
  std::string client_id;
  std::string redirect_uri;
  std::string scope;
  std::string state;
  std::string code_challenge;
  std::string code_challenge_method;
};

struct ConsentSession {
  SignInRequest request;
  std::string user_id;
  Instant expires_at;
};

struct Code {
  SignInRequest request;
  std::string app_id;
  std::string user_id;
  std::vector<std::string> scopes;
  Instant expires_at;
};

// A session of the website: the cookie of a sign-in, or the token of POST /users/login.
struct BrowserSession {
  std::string user_id;
  Instant expires_at;
};

struct Records {
  std::vector<std::string> user_order; // user ids in the order given; the first signs in automatically
  std::map<std::string, User> users;   // by user id
  std::vector<ApiKey> api_keys;
  std::map<std::string, App> apps;                        // by app id
  std::map<std::string, Authorization> authorizations;    // by authorization id
  std::map<std::string, Token> tokens;                    // by the id inside the token
  std::map<std::string, ConsentSession> consent_sessions; // by session id
  std::map<std::string, Code> codes;                      // by the code's digest
  std::map<std::string, BrowserSession> browser_sessions; // by the digest of the website's token
  std::map<std::string, Instant> login_nonces;            // with their ends
};

// Converts everything that survives a restart (pending sign-ins do not) to JSON and back. `records_from_json`
// throws Error{usage} if the document was not written by `records_to_json`.
[[nodiscard]] Json records_to_json(const Records& records);
[[nodiscard]] Records records_from_json(const Json& document);

} // namespace chutes::sandbox
