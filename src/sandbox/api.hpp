// The API half of the sandbox: account, catalogue, and invocations by host name. Thread-safe.
#pragma once

#include "sandbox/world/catalogue.hpp"
#include "sandbox/world/sandbox_state.hpp"

#include <string>
#include <string_view>

namespace chutes::sandbox {

class Api {
public:
  // `owner` owns the private chute. `state` must outlive this.
  Api(SandboxState& state, const AccountHolder& owner);

  // Answers what the table of routes has of accounts and the catalogue; returns false for any other path.
  [[nodiscard]] bool answer_routed(const httplib::Request& request, httplib::Response& response);
  // Answers everything that the table does not have: invocations, and the refusals of the catch-all.
  void answer_other(const httplib::Request& request, httplib::Response& response);

private:
  SandboxState& m_state;
  const Catalogue m_catalogue;
  InvocationLedger m_ledger;
};

// The host and path of a request: from `/_host/{host}/…`, else from the first label of a Host header such as
// llm.chutes.localhost. The host is empty for the API itself.
struct HostAndPath {
  std::string host;
  std::string path;

  friend bool operator==(const HostAndPath&, const HostAndPath&) = default;
};
[[nodiscard]] HostAndPath host_and_path(std::string_view path, std::string_view host_header);
[[nodiscard]] HostAndPath host_and_path(const httplib::Request& request);

} // namespace chutes::sandbox
