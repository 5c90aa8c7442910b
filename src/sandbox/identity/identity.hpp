// The identity provider: authorize, login, consent, tokens, apps and authorizations, with the rules and
// quirks of the service. One lock guards all records, so that every request sees them consistent.
#pragma once

#include "sandbox/world/records.hpp"
#include "sandbox/world/sandbox_clock.hpp"
#include "sandbox/world/sandbox_state.hpp"

#include <functional>
#include <mutex>

namespace chutes::sandbox {

enum class Approval {
  automatic, // the authorization endpoint answers at once with a code for the first user
  ask,       // a person signs in and decides
  deny,      // the authorization endpoint answers at once with access_denied
};

struct IdentityRules {
  bool old_generation = false; // the rules before 23 May 2026: allows plain PKCE, PKCE without a secret,
                               // privileged scopes without a role
  Approval approval = Approval::ask;
  std::chrono::seconds token_lifetime{3600};
};

// The state that routes work on. The lock is held as long as an object of this type exists.
struct IdentityContext {
  Records& records;
  const IdentityRules& rules;
  Moment moment;
  Instant now = std::chrono::floor<std::chrono::seconds>(moment);
  bool changed = false; // set by a route that changes the records

  // Null if there is none, or it is not active.
  [[nodiscard]] App* active_client(const std::string& client_id);
  [[nodiscard]] User* find_user(const std::string& id_or_name);
};

class Identity final : public SandboxState {
public:
  // Calls `on_change` (may be empty) after each request that changed the records.
  Identity(Records records, IdentityRules rules, SandboxClock& clock,
           std::function<void(const Records&)> on_change)
      : m_records(std::move(records)), m_rules(rules), m_clock(clock), m_on_change(std::move(on_change)) {}

  // Returns false if the request is for none of these routes. Thread-safe.
  [[nodiscard]] bool answer(const httplib::Request& request, httplib::Response& response);

  Caller caller(const httplib::Request& request) override;
  Instant now() override { return m_clock.now(); }
  std::string new_uuid() override;

private:
  std::mutex m_mutex;
  Records m_records;
  const IdentityRules m_rules;
  SandboxClock& m_clock;
  std::function<void(const Records&)> m_on_change;
};

// The service's database refuses a text with a NUL, and the service does not catch that: throws
// std::runtime_error, which the server answers with 500.
void store_text(const std::string& text);

// Starts a session of the website for this user. Returns its token, a JWT for the eye.
[[nodiscard]] std::string start_session(IdentityContext& context, const std::string& user_id);
// Returns a nonce to be signed with a hotkey, valid for 300 s.
[[nodiscard]] std::string new_nonce(IdentityContext& context);
// Whether the nonce was valid; it no longer is.
[[nodiscard]] bool consume_nonce(IdentityContext& context, const std::string& nonce);
// Returns the user with this fingerprint; null if there is none.
[[nodiscard]] const User* user_with_fingerprint(const IdentityContext& context,
                                                const std::string& fingerprint);

// The routes by subject. Each returns false if the request is for none of its own.
[[nodiscard]] bool answer_sign_in(IdentityContext& context, const httplib::Request& request,
                                  httplib::Response& response);
[[nodiscard]] bool answer_tokens(IdentityContext& context, const httplib::Request& request,
                                 httplib::Response& response);
[[nodiscard]] bool answer_userinfo(IdentityContext& context, const httplib::Request& request,
                                   httplib::Response& response);
[[nodiscard]] bool answer_sessions(IdentityContext& context, const httplib::Request& request,
                                   httplib::Response& response);
[[nodiscard]] bool answer_lists(const IdentityContext& context, const Caller& caller,
                                const httplib::Request& request, httplib::Response& response);
[[nodiscard]] bool answer_apps(IdentityContext& context, const Caller& caller,
                               const httplib::Request& request, httplib::Response& response);
[[nodiscard]] bool answer_authorizations(IdentityContext& context, const Caller& caller,
                                         const httplib::Request& request, httplib::Response& response);

// Returns the sender of a request, by the last word of its Authorization header.
[[nodiscard]] Caller caller_of(const IdentityContext& context, const httplib::Request& request);
// Returns the token with this text; null if it is unknown, expired, revoked or used, or if its authorization
// or app no longer exists.
[[nodiscard]] const Token* valid_token(const IdentityContext& context, const std::string& text, bool refresh);
// Returns the valid access token with this text whose app is active, else null. Only such a token grants
// access; introspection calls the others active, too.
[[nodiscard]] const Token* usable_token(const IdentityContext& context, const std::string& text);

} // namespace chutes::sandbox
