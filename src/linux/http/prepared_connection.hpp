// A connection that is being made in the background while its user is busy elsewhere.
#pragma once

#include "linux/http/connector.hpp"

#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace chutes::on_linux {

class PreparedConnection {
public:
  // Begins at once, with `limit` for all of it. `connector` must live longer.
  PreparedConnection(Connector& connector, Url url, std::chrono::milliseconds limit);
  // Gives up what is not done yet; never waits for the network.
  ~PreparedConnection();
  PreparedConnection(const PreparedConnection&) = delete;
  PreparedConnection& operator=(const PreparedConnection&) = delete;

  [[nodiscard]] const Url& url() const { return m_url; }
  // Whether it has failed by now, or waited ready for longer than `age`.
  [[nodiscard]] bool is_spoiled(std::chrono::milliseconds age);
  // The connection, once: waits for it until `deadline`, and a moment longer for the reason why it is not
  // there; throws what making it threw, or Error{network} then.
  [[nodiscard]] std::unique_ptr<Connection> adopt(const Wait& wait, SteadyInstant deadline);

private:
  void make(SteadyInstant deadline) noexcept;
  [[nodiscard]] bool wait_unless_cancelled(int fd, short events, SteadyInstant deadline) const;

  Connector& m_connector;
  Url m_url;
  FileDescriptor m_done;
  FileDescriptor m_cancelled;
  std::mutex m_mutex; // guards the outcome
  std::unique_ptr<Connection> m_connection;
  std::exception_ptr m_failure;
  std::optional<SteadyInstant> m_ready_since;
  std::thread m_thread;
};

} // namespace chutes::on_linux
