// The HTTP client: requests and responses as values. Any status is a response; only transport failures throw.
// It never follows redirects, adds no credential, and sends plain http to loopback only.
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
  HttpHeaders headers{}; // the client sets Host, Content-Length, User-Agent and Accept-Encoding
  std::string body{};
  std::chrono::milliseconds connect_limit{
      std::chrono::seconds{10}};                                  // name, connection, proxy and TLS together
  std::chrono::milliseconds idle_limit{std::chrono::seconds{30}}; // without progress, in either direction
  std::chrono::milliseconds least_idle_limit{0};                  // --timeout does not shorten it further
  // Of the whole exchange, however much progress it makes: the earlier of the two; then Error{network}.
  std::optional<std::chrono::milliseconds> whole_limit{};
  SteadyInstant deadline = SteadyInstant::max();
  std::size_t body_limit = 16U << 20U; // bytes of a body kept in memory; more is Error{service}
  bool answer_has_secrets = false;     // a log shows no body of the response that it cannot parse
  // Called with the number of further bytes of the request sent, on the caller's thread. What it throws ends
  // the request.
  std::function<void(std::size_t)> on_sent{};
};

// Where the time of a request went.
struct HttpTiming {
  bool reused = false; // over a connection kept or made ahead: then the next three are 0
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
  std::optional<HttpTiming> timing{}; // absent where it was not measured

  // Returns the first header of that name (ASCII case-insensitive); absent if there is none.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  // The server's clock (Date header); absent if it sent none.
  [[nodiscard]] std::optional<Instant> date() const;
};

enum class ReadResult { more, stop };
using BodySink = std::function<ReadResult(std::string_view)>;   // pieces of a 2xx body as they arrive
using HeadSink = std::function<void(const HttpResponse& head)>; // status and headers, before the first piece

// Several threads may send at the same time.
class HttpClient {
public:
  virtual ~HttpClient() = default;

  // Sends the request once, and never repeats it after a byte of it was sent. Throws Error{network} (name,
  // connection, TLS, timeout, connection lost during the response), Error{service} (not HTTP, head or body
  // over the limit), Error{usage} (plain http to another machine) and Error{interrupted|terminated} when a
  // signal ends the wait. A failure before any byte was sent is marked so (Error::nothing_sent).
  virtual HttpResponse send(const HttpRequest& request) = 0;

  // Like `send`, but passes a 2xx body to `sink` piece by piece as it arrives and does not keep it; any other
  // body is in the response as in `send`. Calls `on_head` (may be empty) with status and headers first. Both
  // run on the caller's thread; what they throw ends the request and is rethrown. A sink that returns `stop`
  // ends the request without error.
  virtual HttpResponse stream(const HttpRequest& request, const HeadSink& on_head, const BodySink& sink) = 0;

  // Begins connecting to the origin of `url` in the background, for a later `send` or `stream`. Never throws
  // and never waits; a failure is reported by the request that uses the connection.
  virtual void prepare(const Url& url) noexcept = 0;
};

} // namespace chutes
