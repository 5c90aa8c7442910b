// The redirection endpoint (RFC 6749 §3.1.2) of a native app: a loopback listener that tells the response to
// our request from unrelated ones. It exists only while a sign-in waits.
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
  // Listens on the first of `candidates` whose port is free. One without a port uses any free port if
  // `any_port_allowed` (RFC 8252 §7.3), else it is skipped. Throws Error{not_authorized} if all ports are in
  // use, naming the programs that use them, and Error{usage} if no candidate names a port.
  [[nodiscard]] static RedirectionEndpoint open(const std::vector<RedirectUri>& candidates,
                                                bool any_port_allowed, Loopback& loopback, Random& random,
                                                Clock& clock);

  [[nodiscard]] const std::string& redirect_uri() const { return m_redirect_uri.text; }
  // A short address with 128 random bits that redirects to the authorization endpoint once, so that the
  // browser's command line contains neither client id nor state.
  [[nodiscard]] Url start_url() const;
  // Whether the browser has been there.
  [[nodiscard]] bool start_visited() const { return m_start_path.empty(); }
  void redirect_start_to(const Url& authorization_url) { m_authorization_url = authorization_url.text(); }

  // Returns the first response to our request, or nothing at `deadline`. Unrelated requests get an error
  // page; after a thousand of them, their connections are just closed. The browser that brought the response
  // waits for its page until `finish`.
  [[nodiscard]] std::optional<AuthorizationResponse>
  await_response(const State& state, const IssuerPolicy& issuer, SteadyInstant deadline);

  // Whether another code than `code`, or another server's response, has arrived with our state: then someone
  // else has seen the state, and either response may be forged. Does not wait. A reload of the same response
  // gets a page that says that the sign-in is being completed.
  [[nodiscard]] bool answered_otherwise(const Secret& code, const State& state, const IssuerPolicy& issuer);

  // The number of requests that were not our response, and of connections from other users of this machine.
  [[nodiscard]] int unrelated_requests() const { return m_unrelated_requests; }
  [[nodiscard]] int rejected_connections() const {
    return m_listener ? m_listener->rejected_connections() : 0;
  }

  // Redirects the waiting browser to an address without the code, shows it `page` there (waits at most three
  // seconds for the request) and stops listening. Without a waiting browser, only stops listening. A second
  // call does nothing.
  void finish(const CallbackPage& page) noexcept;

private:
  RedirectionEndpoint(RedirectUri redirect_uri, std::unique_ptr<LoopbackListener> listener,
                      std::string start_path, Clock& clock)
      : m_redirect_uri(std::move(redirect_uri)),
        m_listener(std::move(listener)),
        m_start_path(std::move(start_path)),
        m_clock(&clock) {}

  // Counts an unrelated request, and answers it with `status` unless there have been too many.
  void refuse(LoopbackVisit& visit, int status);
  // Returns the response that this visit brings; answers every other visit.
  [[nodiscard]] std::optional<AuthorizationResponse> response_in(LoopbackVisit& visit, const State& state,
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
