#include "oauth/redirection/redirection_endpoint.hpp"

#include "base/error.hpp"
#include "base/secret.hpp"
#include "oauth/redirection/callback_request.hpp"
#include "platform/random_text.hpp"

namespace chutes::oauth {
namespace {

constexpr int max_answered_unrelated_requests = 1000;
constexpr std::chrono::seconds page_timeout{3};
constexpr const char* done_path = "/done";

[[noreturn]] void throw_all_in_use(const std::vector<RedirectUri>& candidates, Loopback& loopback) {
  std::string users;
  for (const auto& candidate : candidates) {
    if (candidate.any_port())
      continue;
    const auto user = loopback.holder(candidate.url.port);
    users += (users.empty() ? "" : ", ") + std::to_string(candidate.url.port) +
             (user.empty() ? " by another program" : " by " + user);
  }
  if (users.empty())
    throw Error{
        ErrorKind::usage, "no redirect URI names a port, and this service only accepts registered ones",
        "set CHUTES_OAUTH_REDIRECT_URI to a registered one, for example http://127.0.0.1:28417/callback"};
  throw Error{ErrorKind::not_authorized, "every registered redirect port is in use: " + users,
              "stop one of these programs, or register a redirect URI with another port"};
}

} // namespace

RedirectionEndpoint RedirectionEndpoint::open(const std::vector<RedirectUri>& candidates,
                                              bool any_port_allowed, Loopback& loopback, Random& random,
                                              Clock& clock) {
  constexpr std::size_t start_bytes = 16;
  for (const auto& candidate : candidates) {
    if (candidate.any_port() && !any_port_allowed)
      continue;
    auto listener =
        loopback.listen(candidate.family(), candidate.any_port() ? std::uint16_t{0} : candidate.url.port);
    if (!listener)
      continue;
    auto redirect_uri = candidate.any_port() ? candidate.with_port(listener->port()) : candidate;
    return {std::move(redirect_uri), std::move(listener), "/start/" + random_text(random, start_bytes),
            clock};
  }
  throw_all_in_use(candidates, loopback);
}

Url RedirectionEndpoint::start_url() const {
  Url url = m_redirect_uri.url;
  url.path = m_start_path;
  return url;
}

std::optional<AuthorizationResponse>
RedirectionEndpoint::await_response(const State& state, const IssuerPolicy& issuer, SteadyInstant deadline) {
  while (auto visit = m_listener->next(deadline)) {
    if (auto response = response_in(*visit, state, issuer)) {
      m_waiting_browser = std::move(visit);
      return response;
    }
  }
  return std::nullopt;
}

std::optional<AuthorizationResponse>
RedirectionEndpoint::response_in(LoopbackVisit& visit, const State& state, const IssuerPolicy& issuer) {
  const auto read = read_callback_request(visit.head(), m_redirect_uri.url.authority());
  if (const auto* refused = std::get_if<RefusedRequest>(&read)) {
    refuse(visit, refused->status);
    return std::nullopt;
  }
  const auto& request = std::get<CallbackRequest>(read);
  if (!m_start_path.empty() && request.query.empty() && equal_in_constant_time(request.path, m_start_path)) {
    m_start_path.clear();
    visit.answer(redirect_response(m_authorization_url));
    return std::nullopt;
  }
  if (request.path != m_redirect_uri.url.path) {
    refuse(visit, 404);
    return std::nullopt;
  }
  auto validated = validate_response(request.query, state, issuer);
  if (auto* response = std::get_if<AuthorizationResponse>(&validated))
    return std::move(*response);
  refuse(visit, 400);
  return std::nullopt;
}

void RedirectionEndpoint::refuse(LoopbackVisit& visit, int status) {
  if (m_unrelated_requests < max_answered_unrelated_requests)
    visit.answer(refusal_response(status));
  ++m_unrelated_requests;
}

bool RedirectionEndpoint::answered_otherwise(const Secret& code, const State& state,
                                             const IssuerPolicy& issuer) {
  constexpr int max_requests = 256; // a stream of unrelated requests must not delay the sign-in
  for (int i = 0; i < max_requests; ++i) {
    const auto visit = m_listener->next_at_once();
    if (!visit)
      return false;
    const auto response = response_in(*visit, state, issuer);
    if (!response)
      continue;
    const auto* again = std::get_if<AuthorizationCode>(&*response);
    if (again != nullptr && again->code == code) {
      visit->answer(page_response(CallbackPage::waiting()));
      continue;
    }
    refuse(*visit, 400);
    if (!std::holds_alternative<AuthorizationError>(*response))
      return true;
  }
  return false;
}

void RedirectionEndpoint::finish(const CallbackPage& page) noexcept {
  try {
    if (m_waiting_browser)
      show_page(page);
  } catch (...) { // a signal, or a broken listener: the outcome does not depend on the page
    m_waiting_browser.reset();
  }
  m_listener.reset();
}

void RedirectionEndpoint::show_page(const CallbackPage& page) {
  m_waiting_browser->answer(redirect_response(done_path));
  m_waiting_browser.reset();
  const auto deadline = m_clock->steady() + page_timeout;
  while (auto visit = m_listener->next(deadline)) {
    const auto read = read_callback_request(visit->head(), m_redirect_uri.url.authority());
    const auto* request = std::get_if<CallbackRequest>(&read);
    const bool is_ours = request != nullptr && request->path == done_path;
    visit->answer(is_ours ? page_response(page) : refusal_response(404));
    if (is_ours || m_clock->steady() >= deadline) // a stream of unrelated requests must not delay the command
      return;
  }
}

} // namespace chutes::oauth
