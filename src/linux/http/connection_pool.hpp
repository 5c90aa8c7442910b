// Connections kept for the next request to the same origin, and those being made ahead of it.
#pragma once

#include "linux/http/prepared_connection.hpp"
#include "platform/http_client.hpp"

#include <map>
#include <optional>
#include <vector>

namespace chutes::on_linux {

struct PooledConnection {
  std::unique_ptr<Connection> connection;
  bool is_new = true; // made for this request; false: it may have died unnoticed
};

// Whether a request may be sent again when nobody knows what became of it.
enum class Repeatable { yes, no };

// Whether a server that has waited too long for a request says so, and closes (RFC 9110 §15.5.9): on a
// connection that was not made for this request it has not received it.
[[nodiscard]] bool gave_up_waiting(const HttpResponse& head);

// From any thread. A server may close a kept connection without having said so, and a request that meets this
// is lost where it may not be repeated. Such a request is given a kept connection only if the origin keeps
// its own: until it has said so, or one has carried a second request, each is watched for a moment first;
// none is used that has been idle for more than half as long as one that was found closed; and none at all
// once a request has met a closed one.
class ConnectionPool {
public:
  explicit ConnectionPool(Connector& connector) : m_connector(connector) {}

  // A kept or prepared connection to the origin of `url` that still seems alive, else a new one. Throws what
  // connecting and waiting throw; ignores a preparation that failed before this call.
  [[nodiscard]] PooledConnection take(const Url& url, Repeatable repeatable, const Wait& wait,
                                      SteadyInstant deadline);
  [[nodiscard]] PooledConnection take_new(const Url& url, const Wait& wait, SteadyInstant deadline);
  // For later, after an answer, in which the server may have said that it keeps it too; old ones are dropped.
  void keep(const Url& url, std::unique_ptr<Connection> connection, bool says_so);
  // A request has met a connection that was closed, or that carried what is no answer to it.
  void met_closed(const Url& url);
  // Begins connecting in the background, unless a connection to that origin is there or on its way.
  void prepare(const Url& url, std::chrono::milliseconds limit);

private:
  struct Idle {
    std::string origin;
    std::unique_ptr<Connection> connection;
    SteadyInstant since;
  };
  // What is known of an origin.
  struct Habit {
    bool keeps = false;                   // it says so, or a kept connection has carried another request
    SteadyInstant::duration longest_idle; // before what may not be repeated
  };
  std::unique_ptr<Connection> take_idle(const std::string& origin, Repeatable repeatable, const Wait& wait);
  std::optional<Idle> next_idle(const std::string& origin);
  std::unique_ptr<PreparedConnection> take_prepared(const std::string& origin);
  Habit habit(const std::string& origin);
  void found_closed(const std::string& origin, SteadyInstant::duration after);

  Connector& m_connector;
  std::mutex m_mutex;
  std::vector<Idle> m_idle;
  std::vector<std::unique_ptr<PreparedConnection>> m_prepared; // at most one to an origin
  std::map<std::string, Habit> m_habits;
};

} // namespace chutes::on_linux
