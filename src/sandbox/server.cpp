#include "sandbox/server.hpp"

#include "base/error.hpp"
#include "sandbox/api.hpp"
#include "sandbox/faults/fault_wire.hpp"
#include "sandbox/faults/framework_defaults.hpp"
#include "sandbox/request_log.hpp"
#include "sandbox/test_certificate.hpp"
#include "sandbox/world/api_answer.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <cstdlib>
#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>

namespace chutes::sandbox {
namespace {

void allow_only_address_reuse(socket_t socket) {
  const int yes = 1; // httplib's default is SO_REUSEPORT, which lets a second server share the port
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

// Whether this descriptor is the server's end of a connection on `port`.
bool is_connection_on(int descriptor, int port) {
  sockaddr_storage own{};
  sockaddr_storage peer{};
  socklen_t own_size = sizeof own;
  socklen_t peer_size = sizeof peer;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &own_size) != 0 ||
      ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0)
    return false;
  const auto own_port = own.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(own).sin6_port
                                                  : reinterpret_cast<sockaddr_in&>(own).sin_port;
  return ntohs(own_port) == port;
}

// Nothing more is read from any connection on `port`: the idle ones end, the others when they have answered.
// httplib keeps no list of its connections, so they are looked up among the open descriptors.
void stop_reading(int port) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir("/proc/self/fd"), ::closedir};
  while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
    const int descriptor = std::atoi(entry->d_name); // 0 for "." and "..", which is no connection
    if (is_connection_on(descriptor, port))
      ::shutdown(descriptor, SHUT_RD);
  }
}

// One listening server and its thread; stopped and joined when it goes away.
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
    while (!m_ended) { // again and again: a connection may have been accepted meanwhile
      stop_reading(m_port);
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    m_thread.join();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // The port, or -1 if it could not be bound.
  int bind(const char* address, int port) {
    if (port == 0)
      m_port = m_server->bind_to_any_port(address);
    else
      m_port = m_server->bind_to_port(address, port) ? port : -1;
    // Asked again, for httplib lets five callers wait and no more: of many at once some would be dropped, and
    // would knock again only after a second.
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
  explicit Parts(const ServerOptions& given, StartingPoint start)
      : options(given),
        demo(std::move(start.demo)),
        first_users(users_of(start.records)),
        owner(holder_of(start.records)),
        identity(std::move(start.records), rules_of(given), clock, saver()),
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

  static IdentityRules rules_of(const ServerOptions& given) {
    auto rules = given.rules;
    rules.scheme = given.tls ? "https" : "http";
    return rules;
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
    return {user.username, user.user_id, user.created_at};
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
          answer_server_error(response); // httplib would tell the exception's text
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
    server->set_post_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      // Before the answer leaves: whoever has it and then reads the log finds it there.
      if (!request.path.starts_with("/_sandbox/"))
        log.add(request, response, clock.now());
      hooks.after(request, response);
    });
    return server;
  }

  void answer(const httplib::Request& request, httplib::Response& response) {
    if (answer_door(request, response) || hooks.before(request, response))
      return;
    const bool for_host = !host_and_path(request.path, request.get_header_value("Host")).host.empty();
    const bool answered = (for_host && api.answer(request, response)) || refuse_inexact(request, response) ||
                          identity.answer(request, response) || (!for_host && api.answer(request, response));
    if (!answered)
      answer_not_found(response);
  }

  // The three doors for tests, which the service does not have.
  bool answer_door(const httplib::Request& request, httplib::Response& response) {
    if (request.path == "/_sandbox/log" && request.method == "GET")
      answer_json(response, log.entries());
    else if (request.path == "/_sandbox/fault" && request.method == "POST")
      answer_fault_door(plan, request, response);
    else if (request.path == "/_sandbox/clock" && request.method == "POST")
      answer_clock_door(request, response);
    else
      return false;
    return true;
  }

  void answer_clock_door(const httplib::Request& request, httplib::Response& response) {
    const auto body = parse_json(request.body);
    const auto seconds = body ? integer_field(*body, "advance") : std::nullopt;
    if (!seconds) {
      answer_detail(response, 400, "advance: a whole number of seconds is wanted");
      return;
    }
    clock.advance(std::chrono::seconds{*seconds});
    answer_json(response, {{"now", rfc3339(clock.now())}});
  }

  void listen() {
    auto ipv4 = std::make_unique<Listener>(make_server());
    bound = ipv4->bind("127.0.0.1", options.port);
    if (bound < 0)
      throw Error{ErrorKind::network, "port " + std::to_string(options.port) + " is taken",
                  "leave --port out for any free one"};
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
  std::optional<StartingPoint> start;
  if (options.state_file)
    start = read_state(*options.state_file);
  if (start)
    add_missing_users(options.usernames, now, start->records);
  else
    start = make_starting_point(options.usernames, now);
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
  std::string redirect_uris;
  for (const auto& uri : demo().redirect_uris)
    redirect_uris += (redirect_uris.empty() ? "" : " ") + uri;
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
    variables.emplace_back("SSL_CERT_FILE", m_parts->certificate->authority_file());
  return variables;
}

} // namespace chutes::sandbox
