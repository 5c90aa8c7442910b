#include "sandbox/server.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "sandbox/api.hpp"
#include "sandbox/faults/connection_sockets.hpp"
#include "sandbox/faults/fault_wire.hpp"
#include "sandbox/request_log.hpp"
#include "sandbox/routes.hpp"
#include "sandbox/test_certificate.hpp"
#include "sandbox/web_page.hpp"
#include "sandbox/world/api_answer.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>

namespace chutes::sandbox {
namespace {

void allow_only_address_reuse(socket_t socket) {
  const int yes = 1; // httplib's default is SO_REUSEPORT, which lets a second server share the port
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

// Stops reading from all connections on `port`: idle ones end at once, the others after their answer. httplib
// keeps no list of its connections, so this searches the open descriptors.
void stop_reading(int port) {
  for (const int socket : connection_sockets(port))
    ::shutdown(socket, SHUT_RD);
}

// A POST without a body and without Content-Length, as `curl -X POST` sends it: the service answers it at
// once, while httplib would wait for a body until the connection ends.
bool lacks_body(const httplib::Request& request) {
  const bool may_have_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  return may_have_body && !request.has_header("Content-Length") && !request.has_header("Transfer-Encoding");
}

// A listening server and its thread; the destructor stops and joins it.
class Listener {
public:
  explicit Listener(std::unique_ptr<httplib::Server> server) : m_server(std::move(server)) {
    m_server->set_socket_options([this](socket_t socket) {
      allow_only_address_reuse(socket);
      m_socket = socket;
    });
  }
  ~Listener() {
    if (!m_thread.joinable())
      return;
    while (!m_server->is_running()) // a stop before the accept loop runs would be lost
      std::this_thread::yield();
    m_server->stop();
    while (!m_ended) { // repeated, because a connection may have been accepted meanwhile
      stop_reading(m_port);
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    m_thread.join();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Returns the port, or -1 if it cannot be bound.
  int bind(const char* address, int port) {
    if (port == 0)
      m_port = m_server->bind_to_any_port(address);
    else
      m_port = m_server->bind_to_port(address, port) ? port : -1;
    // Listens again with a longer queue: httplib's holds five connections, and a client that does not fit
    // retries only after a second.
    if (m_port >= 0)
      ::listen(m_socket, SOMAXCONN);
    return m_port;
  }
  void serve() {
    m_thread = std::thread{[this] {
      m_server->listen_after_bind();
      m_ended = true;
    }};
  }

private:
  std::unique_ptr<httplib::Server> m_server;
  socket_t m_socket = INVALID_SOCKET;
  int m_port = -1;
  std::atomic<bool> m_ended{false};
  std::thread m_thread;
};

} // namespace

struct SandboxServer::Parts {
  explicit Parts(const ServerOptions& given, InitialState start)
      : options(given),
        demo(std::move(start.demo)),
        first_users(users_of(start.records)),
        owner(holder_of(start.records)),
        identity(std::move(start.records), given.rules, clock, saver()),
        api(identity, owner) {
    for (const auto& spec : options.faults)
      plan.add(spec);
    if (options.tls)
      certificate = std::make_unique<TestCertificate>();
  }
  ~Parts() {
    plan.stop();
    listeners.clear();
  }

  static std::vector<User> users_of(const Records& records) {
    std::vector<User> users;
    for (const auto& id : records.user_order)
      users.push_back(records.users.at(id));
    return users;
  }

  // The first user, whom the demo application and the catalogue's private chute belong to.
  static AccountHolder holder_of(const Records& records) {
    const auto& user = records.users.at(records.user_order.front());
    return {user.username, user.user_id, user.created_at, user.roles};
  }

  std::function<void(const Records&)> saver() {
    if (!options.state_file)
      return {};
    return [this](const Records& records) { write_state(*options.state_file, records, demo); };
  }

  std::unique_ptr<httplib::Server> make_server() {
    auto server = certificate
                      ? std::make_unique<httplib::SSLServer>(certificate->certificate(), certificate->key())
                      : std::make_unique<httplib::Server>();
    server->set_tcp_nodelay(true);
    server->set_keep_alive_max_count(10'000);
    server->set_keep_alive_timeout(30); // seconds
    server->set_read_timeout(30, 0);
    server->new_task_queue = [] { return new httplib::ThreadPool(64); };
    server->set_exception_handler(
        [](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
          answer_server_error(response); // httplib would send the exception's text
        });
    const auto handler = [this](const httplib::Request& request, httplib::Response& response) {
      answer(request, response);
    };
    constexpr const char* everything = R"([\s\S]*)";
    server->Get(everything, handler)
        .Post(everything, handler)
        .Put(everything, handler)
        .Patch(everything, handler)
        .Delete(everything, handler)
        .Options(everything, handler);
    server->set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      if (!lacks_body(request))
        return httplib::Server::HandlerResponse::Unhandled;
      answer(request, response);
      return httplib::Server::HandlerResponse::Handled;
    });
    server->set_post_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      response.set_header("Date", http_date(clock.now()));
      // Logs before the response is sent, so that a client that has it finds it in the log.
      if (!request.path.starts_with("/_sandbox/"))
        log.add(request, response, clock.now());
      hooks.after(request, response);
    });
    return server;
  }

  void answer(const httplib::Request& request, httplib::Response& response) {
    if (answer_control(request, response) || hooks.before(request, response))
      return;
    const auto path = host_and_path(request).path;
    if (!is_routed(request.method, path))
      return api.answer_other(request, response);
    auto routed = request; // without /_host/{host}
    routed.path = path;
    if (!identity.answer(routed, response) && !api.answer_routed(routed, response))
      throw std::logic_error{"a route without an answer: " + path};
  }

  // The three control routes for tests, which the service does not have.
  bool answer_control(const httplib::Request& request, httplib::Response& response) {
    if (request.path.starts_with("/_sandbox/") && is_from_web_page(request))
      answer_detail(response, 403, "web pages must not use the sandbox's control routes");
    else if (request.path == "/_sandbox/log" && request.method == "GET")
      answer_json(response, log.entries());
    else if (request.path == "/_sandbox/fault" && request.method == "POST")
      answer_fault_control(plan, request, response);
    else if (request.path == "/_sandbox/clock" && request.method == "POST")
      answer_clock_control(request, response);
    else
      return false;
    return true;
  }

  void answer_clock_control(const httplib::Request& request, httplib::Response& response) {
    const auto body = parse_json(request.body);
    const auto seconds = body ? integer_field(*body, "advance") : std::nullopt;
    if (!seconds) {
      answer_detail(response, 400, "advance must be a whole number of seconds");
      return;
    }
    clock.advance(std::chrono::seconds{*seconds});
    answer_json(response, {{"now", rfc3339(clock.now())}});
  }

  void listen() {
    auto ipv4 = std::make_unique<Listener>(make_server());
    bound = ipv4->bind("127.0.0.1", options.port);
    if (bound < 0)
      throw Error{ErrorKind::network, "port " + std::to_string(options.port) + " is in use",
                  "omit --port to use any free port"};
    listeners.push_back(std::move(ipv4));
    auto ipv6 = std::make_unique<Listener>(make_server());
    if (ipv6->bind("::1", bound) == bound)
      listeners.push_back(std::move(ipv6));
    for (auto& listener : listeners)
      listener->serve();
  }

  const ServerOptions options;
  const DemoClient demo;
  const std::vector<User> first_users;
  const AccountHolder owner;
  SandboxClock clock;
  FaultPlan plan;
  FaultHooks hooks{plan, [this] { return clock.now(); }};
  RequestLog log;
  Identity identity;
  Api api;
  std::unique_ptr<TestCertificate> certificate;
  std::vector<std::unique_ptr<Listener>> listeners;
  int bound = -1;
};

SandboxServer::SandboxServer(const ServerOptions& options) {
  const auto now = SandboxClock{}.now();
  std::optional<InitialState> start;
  if (options.state_file)
    start = read_state(*options.state_file);
  if (start)
    add_missing_users(options.usernames, now, start->records);
  else
    start = make_initial_state(options.usernames, now);
  if (options.state_file)
    write_state(*options.state_file, start->records, start->demo);
  m_parts = std::make_unique<Parts>(options, std::move(*start));
  m_parts->listen();
}

SandboxServer::~SandboxServer() = default;

std::uint16_t SandboxServer::port() const {
  return static_cast<std::uint16_t>(m_parts->bound);
}

std::string SandboxServer::base_url() const {
  return (m_parts->options.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(m_parts->bound);
}

const DemoClient& SandboxServer::demo() const {
  return m_parts->demo;
}

std::vector<User> SandboxServer::users() const {
  return m_parts->first_users;
}

std::vector<std::pair<std::string, std::string>> SandboxServer::variables() const {
  const auto redirect_uris = join(demo().redirect_uris, " ");
  const auto base = base_url();
  std::vector<std::pair<std::string, std::string>> variables{
      {"CHUTES_API_URL", base},
      {"CHUTES_IDP_BASE_URL", base},
      {"CHUTES_HOST_TEMPLATE", base + "/_host/{host}"},
      {"CHUTES_LLM_URL", base + "/_host/llm"},
      {"CHUTES_OAUTH_CLIENT_ID", demo().client_id},
      {"CHUTES_OAUTH_CLIENT_SECRET", demo().client_secret},
      {"CHUTES_OAUTH_REDIRECT_URI", redirect_uris},
      {"CHUTES_API_KEY", demo().api_key}};
  if (m_parts->certificate)
    for (const char* name : {"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"}) // Node.js reads only the latter
      variables.emplace_back(name, m_parts->certificate->authority_file());
  return variables;
}

} // namespace chutes::sandbox
