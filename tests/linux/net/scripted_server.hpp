// A server on loopback that does exactly what a test says: one script per connection, one connection after
// the other.
#pragma once

#include "base/url.hpp"
#include "linux/process/file_descriptor.hpp"

#include <openssl/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace chutes::on_linux {

struct Identity; // test_authority.hpp

// One accepted connection. Blocking, with ten seconds of patience; what goes wrong ends the script silently,
// because the client's side is what a test looks at.
class Visitor {
public:
  explicit Visitor(FileDescriptor socket);
  ~Visitor();
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  // From here on TLS; false: the client did not go along.
  bool start_tls(const Identity& identity);
  // The next request, head and body by Content-Length; what came so far if the client ends.
  std::string read_request();
  std::string read_head();
  std::string read_bytes(std::size_t count);
  void send(std::string_view bytes);
  // Ends without (TLS: without close_notify) or with a reset, or orderly.
  void close();
  void reset();
  void close_orderly();
  // Says (in TCP) that no more will come, and goes on hearing.
  void end();
  // Whether the client has closed (or its patience ended).
  bool wait_for_end();

private:
  bool read_more();

  FileDescriptor m_socket;
  SSL_CTX* m_context = nullptr;
  SSL* m_ssl = nullptr;
  std::string m_received;
};

class ScriptedServer {
public:
  using Script = std::function<void(Visitor&)>;

  // Listens on an ephemeral port of `address`. Every connection beyond the scripts is counted and closed.
  explicit ScriptedServer(std::vector<Script> scripts, const std::string& address = "127.0.0.1");
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return m_port; }
  [[nodiscard]] Url url(const std::string& target = "/") const; // plain http
  // An https URL with this server's port.
  [[nodiscard]] Url url_of(const std::string& host, const std::string& target = "/") const;
  [[nodiscard]] int connections() const { return m_connections; }

private:
  void serve(const std::vector<Script>& scripts);

  FileDescriptor m_listener;
  std::uint16_t m_port = 0;
  std::atomic<int> m_connections{0};
  std::thread m_thread;
};

// A script that reads one request and sends `bytes`, then closes.
[[nodiscard]] ScriptedServer::Script answer_with(std::string bytes);
// "HTTP/1.1 200 OK" with that body and its length.
[[nodiscard]] std::string ok_response(std::string_view body);

} // namespace chutes::on_linux
