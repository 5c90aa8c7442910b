#include "linux/http/httplib_client.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "linux/http/connection_pool.hpp"
#include "linux/http/request_check.hpp"
#include "linux/http/response_guard.hpp"
#include "linux/net/announced_wait.hpp"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <string.h> // NOLINT: explicit_bzero is not in <cstring>
#include <sys/eventfd.h>

namespace chutes::on_linux {
namespace {

constexpr std::size_t wire_buffer = 16U << 10U; // a TLS record
constexpr std::size_t sent_piece = 256U << 10U; // bytes of a large body, between two reports

// What httplib reads from and writes to. Nothing thrown here crosses httplib: it is kept in `failure`. Before
// more is read from the network `before_more` is asked; false ends the request.
class GuardedStream final : public httplib::Stream {
public:
  GuardedStream(Connection& connection, ResponseGuard& guard, const Wait& wait, const HttpRequest& request,
                std::function<bool()> before_more)
      : m_connection(connection),
        m_guard(guard),
        m_wait(wait),
        m_request(request),
        m_before_more(std::move(before_more)) {}
  ~GuardedStream() override { ::explicit_bzero(m_buffer.data(), m_buffer.size()); } // tokens came through it

  [[nodiscard]] std::exception_ptr failure() const { return m_failure; }

  [[nodiscard]] bool is_readable() const override { return true; }
  [[nodiscard]] bool is_writable() const override { return true; }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  [[nodiscard]] socket_t socket() const override { return INVALID_SOCKET; }

  ssize_t read(char* into, size_t size) override {
    return guarded([&] { return read_vetted({into, size}); });
  }
  // Gathered, so that head and body of a small request leave together.
  ssize_t write(const char* bytes, size_t size) override {
    return guarded([&] {
      m_unsent.append(bytes, size);
      if (m_unsent.size() >= wire_buffer)
        flush();
      return static_cast<ssize_t>(size);
    });
  }

private:
  template <typename Action>
  ssize_t guarded(const Action& action) {
    if (m_failure)
      return -1;
    try {
      return action();
    } catch (...) {
      m_failure = std::current_exception();
      return -1;
    }
  }

  ssize_t read_vetted(std::span<char> into) {
    flush();
    while (true) {
      if (const auto count = m_guard.take(into); count > 0 || m_guard.complete())
        return static_cast<ssize_t>(count);
      if (!m_before_more())
        return -1;
      const auto count = m_connection.read(m_buffer, m_wait, m_request.idle_limit);
      if (count == 0)
        m_guard.finish();
      else
        m_guard.feed({m_buffer.data(), count});
    }
  }

  // A server may answer and hang up before it has read everything ("413 Content Too Large"): its answer is
  // still read.
  void flush() {
    for (std::string_view rest = m_unsent; !rest.empty() && !m_connection.is_lost();) {
      const auto piece = rest.substr(0, sent_piece);
      m_connection.write(piece, m_wait, m_request.idle_limit);
      if (m_request.on_sent)
        m_request.on_sent(piece.size());
      rest.remove_prefix(piece.size());
    }
    m_unsent.clear();
  }

  Connection& m_connection;
  ResponseGuard& m_guard;
  const Wait& m_wait;
  const HttpRequest& m_request;
  std::function<bool()> m_before_more;
  std::string m_unsent;
  std::exception_ptr m_failure;
  std::array<char, wire_buffer> m_buffer{};
};

// httplib 0.11's client with its two ways to the network replaced. The socket it believes in is
// an eventfd, which it may shut down and close as it likes.
class Framer final : public httplib::ClientImpl {
public:
  Framer(const std::string& host, httplib::Stream& stream) : ClientImpl(host), m_stream(stream) {
    set_keep_alive(true);
    set_follow_location(false);
    set_url_encode(false);
    set_decompress(false);
  }

private:
  bool create_and_connect_socket(Socket& socket, httplib::Error& error) override {
    socket.sock = ::eventfd(0, EFD_CLOEXEC);
    if (socket.sock == INVALID_SOCKET)
      error = httplib::Error::Connection;
    return socket.sock != INVALID_SOCKET;
  }
  bool process_socket(const Socket&, std::function<bool(httplib::Stream&)> callback) override {
    return callback(m_stream);
  }
  bool is_ssl() const override { return false; }

  httplib::Stream& m_stream;
};

// One request and its response over one connection.
class Exchange {
public:
  Exchange(const HttpRequest& request, const HeadSink& on_head, const BodySink* sink)
      : m_request(request), m_on_head(on_head), m_sink(sink) {}

  // Throws what ended it, the callers' own exceptions included.
  HttpResponse run(Connection& connection, const Wait& wait) {
    m_began = std::chrono::steady_clock::now();
    ResponseGuard guard{m_request.method, connection.peer()};
    const auto tell = [this] { return unless_it_throws([this] { return tell_gathered(); }); };
    GuardedStream stream{connection, guard, wait, m_request, tell};
    m_guard = &guard;
    Framer{m_request.url.host, stream}.send(framed_request());
    wipe_stack();
    tell();
    if (m_failure)
      std::rethrow_exception(m_failure);
    if (stream.failure())
      std::rethrow_exception(stream.failure());
    if (!m_stopped && !guard.complete())
      refuse_answer(connection.peer(), "its answer is incomplete");
    if (!m_stopped)
      hear_head(); // there was no body
    if (m_failure)
      std::rethrow_exception(m_failure);
    m_reusable = guard.reusable() && !connection.is_lost();
    m_response.timing = timing(connection);
    return std::move(m_response);
  }

  [[nodiscard]] bool reusable() const { return m_reusable; }

private:
  [[nodiscard]] HttpTiming timing(const Connection& connection) const {
    const auto since_beginning = [this](SteadyInstant until) {
      return std::chrono::duration_cast<std::chrono::microseconds>(until - m_began);
    };
    const auto& made = connection.timing();
    return {.reused = false,
            .name = made.name,
            .connect = made.connect,
            .tls = made.tls,
            .first_byte = since_beginning(m_head_at),
            .whole = since_beginning(std::chrono::steady_clock::now())};
  }

  httplib::Request framed_request() {
    httplib::Request framed;
    framed.method = m_request.method;
    framed.path = m_request.url.target();
    framed.headers.emplace("Host", m_request.url.authority());
    framed.headers.emplace("Accept-Encoding", "identity"); // what is compressed is refused
    for (const auto& [name, value] : m_request.headers)
      framed.headers.emplace(name, value);
    if (!framed.has_header("User-Agent"))
      framed.headers.emplace("User-Agent", "chutes-login/" CHUTES_VERSION);
    framed.body = m_request.body;
    framed.response_handler = [this](const httplib::Response&) { return hear_head(); };
    framed.content_receiver = [this](const char* data, size_t size, uint64_t, uint64_t) {
      return hear_piece({data, size});
    };
    return framed;
  }

  // Both answer false to end the request: httplib must not see an exception.
  bool hear_head() {
    return unless_it_throws([&] {
      if (m_heard_head)
        return true;
      m_heard_head = true;
      m_head_at = std::chrono::steady_clock::now();
      m_response.status = m_guard->head().status;
      m_response.headers = m_guard->head().headers;
      if (m_on_head)
        m_on_head(m_response);
      return true;
    });
  }

  bool hear_piece(std::string_view piece) {
    return unless_it_throws([&] {
      if (m_sink != nullptr && m_response.status / 100 == 2) {
        m_gathered += piece; // httplib hands over 4 KiB at a time, whatever one read has brought
        return m_gathered.size() < wire_buffer || tell_gathered();
      }
      if (piece.size() > m_request.body_limit - m_response.body.size())
        throw Error{ErrorKind::service, "the answer of " + m_request.url.authority() + " is longer than " +
                                            std::to_string(m_request.body_limit) + " bytes"};
      m_response.body += piece;
      return true;
    });
  }

  bool tell_gathered() {
    if (!m_gathered.empty() && !m_stopped && !m_failure)
      m_stopped = (*m_sink)(m_gathered) == ReadResult::stop;
    m_gathered.clear();
    return !m_stopped && !m_failure;
  }

  template <typename Action>
  bool unless_it_throws(const Action& action) {
    try {
      return action();
    } catch (...) {
      m_failure = std::current_exception();
      return false;
    }
  }

  const HttpRequest& m_request;
  const HeadSink& m_on_head;
  const BodySink* m_sink;
  const ResponseGuard* m_guard = nullptr;
  HttpResponse m_response;
  std::string m_gathered; // of the body, not yet reported
  SteadyInstant m_began;
  SteadyInstant m_head_at;
  bool m_heard_head = false;
  bool m_stopped = false;
  bool m_reusable = false;
  std::exception_ptr m_failure;
};

SteadyInstant end_of(const HttpRequest& request) {
  return request.whole_limit
             ? std::min(request.deadline, std::chrono::steady_clock::now() + *request.whole_limit)
             : request.deadline;
}

// `wait`, which ends at the end of the whole request too.
Wait bounded(const Wait& wait, const HttpRequest& request) {
  const auto end = end_of(request);
  if (end == SteadyInstant::max())
    return wait;
  return [&wait, &request, end](int fd, short events, SteadyInstant deadline) {
    const bool ready = wait(fd, events, std::min(deadline, end));
    if (std::chrono::steady_clock::now() >= end)
      throw Error{ErrorKind::network, request.url.authority() + " did not finish within the time limit",
                  "try again"};
    return ready;
  };
}

// What the repeating of harms nobody and costs nothing.
Repeatable repeatable(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD" ? Repeatable::yes : Repeatable::no;
}

bool says_that_it_keeps(const HttpResponse& response) {
  return response.header("Keep-Alive") ||
         lower(response.header("Connection").value_or("")).find("keep-alive") != std::string::npos;
}

// Thrown instead of an answer.
struct GaveUpWaiting final : std::exception {};

template <typename Action>
auto before_sending(const Action& action) {
  try {
    return action();
  } catch (Error& error) {
    error.with_nothing_sent();
    throw;
  }
}

} // namespace

struct HttplibClient::Parts {
  Parts(const Environment& environment, SignalWatch& signals, AddressResolver* given,
        Terminal* given_terminal)
      : terminal(given_terminal),
        connector(environment, given != nullptr ? *given : resolver),
        pool(connector),
        wait([&signals](int fd, short events, SteadyInstant deadline) {
          return signals.wait(fd, events, deadline);
        }) {}

  HttpResponse exchange(const HttpRequest& request, const HeadSink& on_head, const BodySink* sink);
  HttpResponse run(const HttpRequest& request, const HeadSink& on_head, const BodySink* sink,
                   PooledConnection& pooled, const Wait& until);

  Terminal* terminal; // null: nothing is said
  RemarksMade remarks;
  SystemResolver resolver;
  Connector connector;
  ConnectionPool pool;
  Wait wait;
};

HttpResponse HttplibClient::Parts::exchange(const HttpRequest& request, const HeadSink& on_head,
                                            const BodySink* sink) {
  check_request(request);
  const Wait until = bounded(wait, request);
  const auto peer = request.url.authority();
  AnnouncedWait connecting{until, "Connecting to " + peer + "…", remarks, terminal};
  AnnouncedWait answering{until, "Waiting for " + peer + "…", remarks, terminal};
  const auto deadline = std::chrono::steady_clock::now() + request.connect_limit;
  auto pooled = before_sending(
      [&] { return pool.take(request.url, repeatable(request), std::ref(connecting), deadline); });
  bool answered = false;
  const HeadSink heard = [&](const HttpResponse& head) {
    if (!pooled.is_new && gave_up_waiting(head))
      throw GaveUpWaiting{};
    answered = true;
    answering.over();
    if (on_head)
      on_head(head);
  };
  try {
    return run(request, heard, sink, pooled, std::ref(answering));
  } catch (const GaveUpWaiting&) {
    if (pooled.connection->exchanges() > 1)
      pool.met_closed(request.url);
  } catch (const Error&) {
    const auto& connection = *pooled.connection;
    const bool silent = connection.bytes_read() == 0;
    if (pooled.is_new || answered || (silent && !connection.is_lost()))
      throw;
    if (connection.exchanges() > 1)
      pool.met_closed(request.url);
    if (!silent || (repeatable(request) == Repeatable::no && !connection.came_too_late(until)))
      throw;
  }
  pooled = before_sending([&] {
    return pool.take_new(request.url, std::ref(connecting),
                         std::chrono::steady_clock::now() + request.connect_limit);
  });
  return run(request, heard, sink, pooled, std::ref(answering));
}

HttpResponse HttplibClient::Parts::run(const HttpRequest& request, const HeadSink& on_head,
                                       const BodySink* sink, PooledConnection& pooled, const Wait& until) {
  pooled.connection->begin_exchange();
  Exchange exchange{request, on_head, sink};
  auto response = exchange.run(*pooled.connection, until);
  if (response.timing) {
    response.timing->reused = !pooled.is_new;
    if (pooled.is_new)
      response.timing->whole += response.timing->name + response.timing->connect + response.timing->tls;
  }
  if (exchange.reusable())
    pool.keep(request.url, std::move(pooled.connection), says_that_it_keeps(response));
  return response;
}

HttplibClient::HttplibClient(const Environment& environment, SignalWatch& signals, Terminal& terminal)
    : m_parts(std::make_unique<Parts>(environment, signals, nullptr, &terminal)) {}

HttplibClient::HttplibClient(const Environment& environment, SignalWatch& signals, AddressResolver& resolver)
    : m_parts(std::make_unique<Parts>(environment, signals, &resolver, nullptr)) {}

HttplibClient::~HttplibClient() = default;

HttpResponse HttplibClient::send(const HttpRequest& request) {
  return m_parts->exchange(request, {}, nullptr);
}

HttpResponse HttplibClient::stream(const HttpRequest& request, const HeadSink& on_head,
                                   const BodySink& sink) {
  return m_parts->exchange(request, on_head, &sink);
}

void HttplibClient::prepare(const Url& url) noexcept {
  try {
    m_parts->pool.prepare(url, HttpRequest{}.connect_limit);
  } catch (...) { // the request itself will show what is wrong
  }
}

} // namespace chutes::on_linux
