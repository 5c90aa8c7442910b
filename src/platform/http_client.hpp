// HTTP as the rest of the program sees it: requests and responses as values. Any status is a response; only
// transport failures throw. Redirects are never followed, no credential is ever added, plain http goes to
// loopback only.
#pragma once

#include "base/time_text.hpp"
#include "base/url.hpp"
#include "platform/clock.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chutes {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  Url url;
  HttpHeaders headers{}; // Host, Content-Length, User-Agent and Accept-Encoding are the client's own business
  std::string body{};
  std::chrono::milliseconds connect_limit{
      std::chrono::seconds{10}};                                  // name, connection, proxy and TLS together
  std::chrono::milliseconds idle_limit{std::chrono::seconds{30}}; // without progress, in either direction
  SteadyInstant deadline = SteadyInstant::max();                  // of all of it: later is Error{network}
  std::size_t body_limit = 16U << 20U; // bytes of a body kept in memory; more is Error{service}
  // Hears how many more bytes of the request have left, on the caller's thread. What it throws ends the
  // request.
  std::function<void(std::size_t)> on_sent{};
};

// Where the time of a request went.
struct HttpTiming {
  bool reused = false; // over a connection that was kept, or made ahead: the first three were paid elsewhere
  std::chrono::microseconds name{0};
  std::chrono::microseconds connect{0};
  std::chrono::microseconds tls{0};        // 0 without TLS
  std::chrono::microseconds first_byte{0}; // from sending to the head of the answer
  std::chrono::microseconds whole{0};
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers{};
  std::string body{};
  std::optional<HttpTiming> timing{}; // absent where nobody measured

  // The first header of that name (ASCII case-insensitive); absent if there is none.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  // The server's clock (Date header), where it told.
  [[nodiscard]] std::optional<Instant> date() const;
};

enum class ReadResult { more, stop };
using BodySink = std::function<ReadResult(std::string_view)>;   // pieces of a 2xx body as they arrive
using HeadSink = std::function<void(const HttpResponse& head)>; // status and headers, before the first piece

// Several threads may send at the same time.
class HttpClient {
public:
  virtual ~HttpClient() = default;

  // Sends the request once, never again by itself after a byte of it left. Throws Error{network} (name,
  // connection, TLS, timeout, connection lost in mid-answer), Error{service} (not HTTP, head or body over the
  // limit), Error{usage} (plain http to a machine elsewhere) and Error{interrupted|terminated} when a signal
  // ends the wait. What fails before a byte of the request left is marked so (Error::nothing_sent).
  virtual HttpResponse send(const HttpRequest& request) = 0;

  // Like `send`, but a 2xx body goes to `sink` piece by piece as it arrives and is not kept; any other status
  // is collected in the response as in `send`. `on_head` (may be empty) hears status and headers first. Both
  // run on the caller's thread; what they throw ends the request and is thrown on. A sink that answers `stop`
  // ends the request without error.
  virtual HttpResponse stream(const HttpRequest& request, const HeadSink& on_head, const BodySink& sink) = 0;

  // Begins connecting to the origin of `url` in the background, for a `send` or `stream` that follows. Never
  // throws and never waits; a failure shows in the request that would have used it.
  virtual void prepare(const Url& url) noexcept = 0;
};

} // namespace chutes
