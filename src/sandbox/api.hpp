// The API half of the sandbox behind one function: account, catalogue, and invocations by host name. The
// identity half asks it first and answers itself what it leaves.
#pragma once

#include "sandbox/world/api_world.hpp"
#include "sandbox/world/catalogue.hpp"

#include <string>
#include <string_view>

namespace chutes::sandbox {

class Api {
public:
  // The private chute belongs to `owner`. `world` must outlive this.
  Api(ApiWorld& world, const AccountHolder& owner);

  // False: the request is for none of these routes, or for a host that leaves it to the others. Any thread
  // may call.
  [[nodiscard]] bool answer(const httplib::Request& request, httplib::Response& response);

private:
  ApiWorld& m_world;
  const Catalogue m_catalogue;
  InvocationLedger m_ledger;
};

// The host a request is for and the path there: `/_host/{host}/…`, else the first label of a Host header such
// as llm.chutes.localhost. The host is empty for the API itself.
struct HostAndPath {
  std::string host;
  std::string path;

  friend bool operator==(const HostAndPath&, const HostAndPath&) = default;
};
[[nodiscard]] HostAndPath host_and_path(std::string_view path, std::string_view host_header);

} // namespace chutes::sandbox
