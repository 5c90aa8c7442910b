// The redirection endpoint (RFC 6749 §3.1.2) of a native app: a loopback listener that tells our answer from
// everybody else's visits. It exists only while a sign-in waits.
#pragma once

#include "oauth/redirection/authorization_response.hpp"
#include "oauth/redirection/callback_pages.hpp"
#include "oauth/redirection/redirect_uri.hpp"
#include "platform/clock.hpp"
#include "platform/loopback.hpp"
#include "platform/random.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chutes::oauth {

class RedirectionEndpoint {
public:
  // Listens on the first of `candidates` whose port is free. One without a port takes any free port if
  // `any_port_allowed` (RFC 8252 §7.3), else it is passed over. Throws Error{not_authorized} that names the
  // holders if all are taken.
  [[nodiscard]] static RedirectionEndpoint open(const std::vector<RedirectUri>& candidates,
                                                bool any_port_allowed, Loopback& loopback, Random& random,
                                                Clock& clock);

  [[nodiscard]] const std::string& redirect_uri() const { return m_redirect_uri.text; }
  // A short address with 128 random bits that leads to the authorization endpoint once: the browser's command
  // line then holds neither client id nor state, and nobody else can fetch them from here.
  [[nodiscard]] Url start_url() const;
  void lead_to(const Url& authorization_url) { m_authorization_url = authorization_url.text(); }

  // The first answer to our request, or nothing at `deadline`. Strangers are answered and change nothing;
  // from the thousandth on they are hung up on. The browser that brought the answer is kept waiting until
  // `finish`.
  [[nodiscard]] std::optional<AuthorizationResponse>
  await_response(const State& state, const IssuerPolicy& issuer, SteadyInstant deadline);

  // Whether another code than `code` has come with our state by now: then somebody else has seen the state,
  // and nobody knows whose answer came first. Does not wait. The same answer once more (a reload) is shown
  // that the sign-in is under way; everybody else is a stranger.
  [[nodiscard]] bool answered_otherwise(const Secret& code, const State& state, const IssuerPolicy& issuer);

  // How many visits were not the answer, and how many connections came from other users of this machine.
  [[nodiscard]] int strangers() const { return m_unrelated_requests; }
  [[nodiscard]] int rejected_connections() const {
    return m_listener ? m_listener->rejected_connections() : 0;
  }

  // Sends the waiting browser on to an address without the code, shows it `page` there (waits at most three
  // seconds for it) and stops listening. Does nothing the second time, and nothing but stop when no browser
  // waits.
  void finish(const CallbackPage& page) noexcept;

private:
  RedirectionEndpoint(RedirectUri redirect_uri, std::unique_ptr<LoopbackListener> listener,
                      std::string start_path, Clock& clock)
      : m_redirect_uri(std::move(redirect_uri)),
        m_listener(std::move(listener)),
        m_start_path(std::move(start_path)),
        m_clock(&clock) {}

  // Answers with `status`, unless there have been too many already, and counts.
  void refuse(LoopbackVisit& visit, int status);
  // The answer this visit brings, if it does; every other visit has been answered when this returns.
  [[nodiscard]] std::optional<AuthorizationResponse> judge(LoopbackVisit& visit, const State& state,
                                                           const IssuerPolicy& issuer);
  void show_page(const CallbackPage& page);

  RedirectUri m_redirect_uri;
  std::unique_ptr<LoopbackListener> m_listener;
  std::unique_ptr<LoopbackVisit> m_waiting_browser;
  std::string m_start_path; // empty once it has been used
  std::string m_authorization_url;
  Clock* m_clock;
  int m_unrelated_requests = 0;
};

} // namespace chutes::oauth
