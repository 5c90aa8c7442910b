// The way back from the browser: the listener and the ports it may take.
#include "cli/doctor/checks.hpp"
#include "platform/random_text.hpp"
#include "session/registered_client.hpp"

#include <thread>

namespace chutes::cli::doctor {
namespace {

constexpr std::chrono::seconds patience{5};

// Answers one visit that asks for `path`, on a thread of its own; what it throws is kept for the other.
class OneAnswer {
public:
  OneAnswer(LoopbackListener& listener, std::string path, std::string word, SteadyInstant deadline)
      : m_thread([&listener, this, deadline, asked = "GET " + std::move(path) + " ", word = std::move(word)] {
          try {
            while (const auto visit = listener.next(deadline)) {
              const bool ours = visit->head().starts_with(asked);
              visit->answer("HTTP/1.1 " + std::string{ours ? "200 OK" : "404 Not Found"} +
                            "\r\nContent-Type: text/plain\r\nContent-Length: " +
                            std::to_string(ours ? word.size() : 0) + "\r\nConnection: close\r\n\r\n" +
                            (ours ? word : ""));
              if (ours)
                return;
            }
          } catch (...) {
            m_failure = std::current_exception();
          }
        }) {}
  ~OneAnswer() {
    if (m_thread.joinable())
      m_thread.join();
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

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
  const auto word = random_text(platform.random, 16);
  const auto begun = platform.clock.steady();
  OneAnswer answering{listener, path, word, begun + patience};
  HttpRequest request;
  request.url = *Url::parse("http://127.0.0.1:" + std::to_string(listener.port()) + path);
  request.connect_limit = request.idle_limit = patience;
  const auto response = platform.http.send(request);
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(platform.clock.steady() - begun).count();
  answering.end();
  if (response.status != 200 || response.body != word)
    return failed("loopback", "something else answered at a port of 127.0.0.1 that is ours",
                  "look for a program that redirects local connections, such as a security suite or a VPN",
                  ErrorKind::not_authorized);
  return ok("loopback", "a request to 127.0.0.1 came back in " + std::to_string(took) + " ms");
}

// The registration's redirect URIs; those that `setup` would register, where none is known.
std::vector<oauth::RedirectUri> redirect_uris(Context& context) {
  auto registration = session::registration_from(context.platform.environment);
  if (!registration) {
    try {
      registration = context.vault().find_readable_registration();
    } catch (const Error& error) {
      if (!is_store_failure(error.kind()))
        throw; // the keychain has a check of its own
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
      return failed("loopback", "no port of 127.0.0.1 is free", "end the programs that hold them",
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
        return ok("ports", "any port will do");
      if (session::can_listen(uri, loopback)) {
        ++free;
        continue;
      }
      const auto holder = loopback.holder(uri.url.port);
      held += "; " + std::to_string(uri.url.port) + " is held by " +
              (holder.empty() ? "a program of somebody else" : holder);
    }
    const auto detail = std::to_string(free) + " of " + std::to_string(uris.size()) +
                        " ports of redirect URIs are free" + held;
    if (free == 0)
      return failed("ports", detail,
                    "end one of them, or have '" + context.program + " setup' replace a redirect URI",
                    ErrorKind::not_authorized);
    return ok("ports", detail);
  } catch (const Error& error) {
    return failed("ports", error);
  }
}

} // namespace chutes::cli::doctor
