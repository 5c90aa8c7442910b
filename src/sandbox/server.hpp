// The sandbox server: identity provider, API, faults, log and clock on one loopback port.
#pragma once

#include "sandbox/identity/identity.hpp"
#include "sandbox/world/demo_records.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chutes::sandbox {

struct ServerOptions {
  std::uint16_t port = 0; // 0: any free port
  bool tls = false;
  IdentityRules rules;
  std::vector<std::string> usernames;
  std::optional<std::string> state_file;
  std::vector<std::string> faults;
};

class SandboxServer {
public:
  // Binds 127.0.0.1 and, if available, ::1, and starts serving from its own threads. Throws Error{network} if
  // the port is in use, Error{usage} if a fault is malformed or the state file is unusable.
  explicit SandboxServer(const ServerOptions& options);
  ~SandboxServer(); // stops within a second, even with open connections
  SandboxServer(const SandboxServer&) = delete;
  SandboxServer& operator=(const SandboxServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string base_url() const; // "http://127.0.0.1:PORT"
  [[nodiscard]] const DemoClient& demo() const;
  [[nodiscard]] std::vector<User> users() const; // as at the start, in the order given
  // Returns the environment variables that point a client here, in order.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> variables() const;

private:
  struct Parts;
  std::unique_ptr<Parts> m_parts;
};

} // namespace chutes::sandbox
