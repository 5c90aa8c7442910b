// The sandbox itself: identity and API halves, faults, log and clock behind one loopback port.
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
  std::uint16_t port = 0; // 0: any free one
  bool tls = false;
  IdentityRules rules;
  std::vector<std::string> usernames;
  std::optional<std::string> state_file;
  std::vector<std::string> faults;
};

class SandboxServer {
public:
  // Binds 127.0.0.1, and ::1 where the machine has it, and serves from threads of its own at once. Throws
  // Error{network} if the port is taken, Error{usage} if a fault is malformed or the state file unusable.
  explicit SandboxServer(const ServerOptions& options);
  ~SandboxServer(); // stops within a second, whatever connections are open
  SandboxServer(const SandboxServer&) = delete;
  SandboxServer& operator=(const SandboxServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string base_url() const; // "http://127.0.0.1:PORT"
  [[nodiscard]] const DemoClient& demo() const;
  [[nodiscard]] std::vector<User> users() const; // as they were at the start, the first named first
  // The variables that point a client here, in order.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> variables() const;

private:
  struct Parts;
  std::unique_ptr<Parts> m_parts;
};

} // namespace chutes::sandbox
