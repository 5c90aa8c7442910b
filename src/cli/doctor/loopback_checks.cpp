// Checks of the way back from the browser: the listener and its ports.
#include "cli/doctor/checks.hpp"
#include "platform/random_text.hpp"
#include "session/loopback_ports.hpp"

#include <thread>

namespace chutes::cli::doctor {
namespace {

constexpr std::chrono::seconds patience{5};

// Answers one request for `path` on a thread of its own. `end` rethrows what that thread threw.
class SingleResponder {
public:
  SingleResponder(LoopbackListener& listener, std::string path, std::string body, SteadyInstant deadline)
      : m_thread([&listener, this, deadline, request_line = "GET " + std::move(path) + " ",
                  body = std::move(body)] {
          try {
            while (const auto visit = listener.next(deadline)) {
              const bool ours = visit->head().starts_with(request_line);
              visit->answer("HTTP/1.1 " + std::string{ours ? "200 OK" : "404 Not Found"} +
                            "\r\nContent-Type: text/plain\r\nContent-Length: " +
                            std::to_string(ours ? body.size() : 0) + "\r\nConnection: close\r\n\r\n" +
                            (ours ? body : ""));
              if (ours)
                return;
            }
          } catch (...) {
            m_failure = std::current_exception();
          }
        }) {}
  ~SingleResponder() {
    if (m_thread.joinable())
      m_thread.join();
  }
  SingleResponder(const SingleResponder&) = delete;
  SingleResponder& operator=(const SingleResponder&) = delete;

  void end() {
    m_thread.join();
    if (m_failure)
      std::rethrow_exception(m_failure);
  }

private:
  std::exception_ptr m_failure;
  std::thread m_thread;
};

Diagnostic round_trip(LoopbackListener& listener, Context& context) {
  auto& platform = context.platform;
  const auto path = "/" + random_text(platform.random, 16);
  const auto body = random_text(platform.random, 16);
  const auto start = platform.clock.steady();
  SingleResponder responder{listener, path, body, start + patience};
  HttpRequest request;
  request.url = *Url::parse("http://127.0.0.1:" + std::to_string(listener.port()) + path);
  request.connect_limit = request.idle_limit = patience;
  const auto response = platform.http.send(request);
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(platform.clock.steady() - start).count();
  responder.end();
  if (response.status != 200 || response.body != body)
    return failed("loopback", "another program answered on a port of 127.0.0.1 that this program listens on",
                  "look for a program that redirects local connections, such as a security suite or a VPN",
                  ErrorKind::not_authorized);
  return ok("loopback", "a request to 127.0.0.1 was answered in " + std::to_string(took) + " ms");
}

// The registration's redirect URIs, or those that `setup` would register if there is none.
std::vector<oauth::RedirectUri> redirect_uris(Context& context) {
  auto registration = session::registration_from(context.platform.environment);
  if (registration && registration->redirect_uris.empty())
    registration = context.vault().registration_of(registration->client_id);
  if (!registration) {
    try {
      registration = context.vault().find_readable_registration();
    } catch (const Error& error) {
      if (!is_store_failure(error.kind()))
        throw; // the keychain check reports it
    }
  }
  return registration && !registration->redirect_uris.empty() ? registration->redirect_uris
                                                              : session::default_redirect_uris();
}

} // namespace

Diagnostic loopback_check(Context& context) {
  try {
    const auto listener = context.platform.loopback.listen(LoopbackFamily::ipv4, 0);
    if (!listener)
      return failed("loopback", "no port of 127.0.0.1 is free", "stop the programs that use them",
                    ErrorKind::not_authorized);
    return round_trip(*listener, context);
  } catch (const Error& error) {
    auto diagnostic = failed("loopback", error);
    diagnostic.detail = "a request to our own listener on 127.0.0.1 failed: " + diagnostic.detail;
    diagnostic.kind = ErrorKind::not_authorized;
    return diagnostic;
  }
}

Diagnostic ports_check(Context& context) {
  try {
    auto& loopback = context.platform.loopback;
    const auto uris = redirect_uris(context);
    std::size_t free = 0;
    std::string held;
    for (const auto& uri : uris) {
      if (uri.any_port())
        return ok("ports", "the redirect URI allows any port");
      if (session::can_listen(uri, loopback)) {
        ++free;
        continue;
      }
      const auto holder = loopback.holder(uri.url.port);
      held += "; " + std::to_string(uri.url.port) + " is in use by " +
              (holder.empty() ? "another user's program" : holder);
    }
    const auto detail =
        std::to_string(free) + " of " + std::to_string(uris.size()) + " redirect URI ports are free" + held;
    if (free == 0)
      return failed("ports", detail,
                    "stop one of these programs, or get another port with '" + context.program + " setup'",
                    ErrorKind::not_authorized);
    return ok("ports", detail);
  } catch (const Error& error) {
    return failed("ports", error);
  }
}

} // namespace chutes::cli::doctor
