// Connections kept for the next request to the same origin, and those being made ahead of it.
#pragma once

#include "linux/http/prepared_connection.hpp"

#include <vector>

namespace chutes::on_linux {

struct PooledConnection {
  std::unique_ptr<Connection> connection;
  bool is_new = true; // made for this request; false: it may have died unnoticed
};

// From any thread.
class ConnectionPool {
public:
  explicit ConnectionPool(Connector& connector) : m_connector(connector) {}

  // A kept or prepared connection to the origin of `url` that still seems alive, else a new one. Throws what
  // connecting throws; ignores a preparation that failed before this call.
  [[nodiscard]] PooledConnection take(const Url& url, const Wait& wait, SteadyInstant deadline);
  [[nodiscard]] PooledConnection take_new(const Url& url, const Wait& wait, SteadyInstant deadline);
  // For later; old ones are dropped.
  void keep(const Url& url, std::unique_ptr<Connection> connection);
  // Begins connecting in the background, unless a connection to that origin is there or on its way.
  void prepare(const Url& url, std::chrono::milliseconds limit);

private:
  struct Idle {
    std::string origin;
    std::unique_ptr<Connection> connection;
    SteadyInstant since;
  };
  std::unique_ptr<Connection> take_idle(const std::string& origin);
  std::unique_ptr<PreparedConnection> take_prepared(const std::string& origin);

  Connector& m_connector;
  std::mutex m_mutex;
  std::vector<Idle> m_idle;
  std::vector<std::unique_ptr<PreparedConnection>> m_prepared; // at most one to an origin
};

} // namespace chutes::on_linux
