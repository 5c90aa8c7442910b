// The identity provider: authorize, login, consent, tokens, applications and authorizations, with the rules
// and the oddities of the service. One lock over all of it, so that every request sees whole records.
#pragma once

#include "sandbox/world/api_world.hpp"
#include "sandbox/world/records.hpp"
#include "sandbox/world/sandbox_clock.hpp"

#include <functional>
#include <mutex>

namespace chutes::sandbox {

enum class Approval {
  automatic, // authorize answers at once with a code for the first user
  ask,       // a person signs in and decides
  deny,      // authorize answers at once with access_denied
};

struct IdentityRules {
  bool old_generation =
      false; // before 23 May 2026: plain PKCE, no secret beside a challenge, no role for privileged scopes
  Approval approval = Approval::ask;
  std::chrono::seconds token_lifetime{3600};
  std::string scheme = "http"; // of the addresses in the discovery document
};

// What the routes work on; the lock is held while one of these exists.
struct IdentityDesk {
  Records& records;
  const IdentityRules& rules;
  Instant now;
  bool changed = false; // set by a route that changed the records

  [[nodiscard]] App* find_client(const std::string& client_id);
  [[nodiscard]] User* find_user(const std::string& id_or_name);
};

class Identity final : public ApiWorld {
public:
  // `on_change` (may be empty) hears of the records after each request that changed them.
  Identity(Records records, IdentityRules rules, SandboxClock& clock,
           std::function<void(const Records&)> on_change)
      : m_records(std::move(records)), m_rules(rules), m_clock(clock), m_on_change(std::move(on_change)) {}

  // False: the request is for none of these routes. Any thread may call.
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

// The routes by subject; each answers false if the request is for none of its own.
[[nodiscard]] bool answer_sign_in(IdentityDesk& desk, const httplib::Request& request,
                                  httplib::Response& response);
[[nodiscard]] bool answer_tokens(IdentityDesk& desk, const httplib::Request& request,
                                 httplib::Response& response);
[[nodiscard]] bool answer_userinfo(IdentityDesk& desk, const httplib::Request& request,
                                   httplib::Response& response);
[[nodiscard]] bool answer_apps(IdentityDesk& desk, const Caller& caller, const httplib::Request& request,
                               httplib::Response& response);
[[nodiscard]] bool answer_authorizations(IdentityDesk& desk, const Caller& caller,
                                         const httplib::Request& request, httplib::Response& response);

// Who sends a request: the last word of its Authorization header decides.
[[nodiscard]] Caller caller_of(const IdentityDesk& desk, const httplib::Request& request);
// The living token with this text; null if it is unknown, expired, revoked, used or its authorization or app
// is gone.
[[nodiscard]] const Token* living_token(const IdentityDesk& desk, const std::string& text, bool refresh);
// A living access token whose application is active: only such a one opens anything.
[[nodiscard]] const Token* usable_token(const IdentityDesk& desk, const std::string& text);

} // namespace chutes::sandbox
