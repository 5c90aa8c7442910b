#include "sandbox/api.hpp"

#include "base/ascii.hpp"
#include "sandbox/account_routes.hpp"
#include "sandbox/models/catalogue_routes.hpp"
#include "sandbox/models/host_routes.hpp"
#include "sandbox/routes.hpp"

#include <httplib.h>

#include <algorithm>

namespace chutes::sandbox {
namespace {

bool part_of_label(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-';
}

// "llm" of "LLM.chutes.localhost:8080"; empty if the name has one label only, is the API's or is an address.
std::string first_label(std::string_view host_header) {
  if (host_header.find_first_not_of("0123456789.:") == std::string_view::npos)
    return {};
  auto name = lower(host_header);
  const auto end = std::find_if_not(name.begin(), name.end(), part_of_label);
  if (end == name.end() || *end != '.')
    return {};
  name.erase(end, name.end());
  return name == "api" ? std::string{} : name;
}

} // namespace

HostAndPath host_and_path(std::string_view path, std::string_view host_header) {
  constexpr std::string_view prefix = "/_host/";
  if (!path.starts_with(prefix))
    return {first_label(host_header), std::string{path}};
  const auto rest = path.substr(prefix.size());
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos)
    return {std::string{rest}, "/"};
  return {std::string{rest.substr(0, slash)}, std::string{rest.substr(slash)}};
}

HostAndPath host_and_path(const httplib::Request& request) {
  return host_and_path(request.path, request.get_header_value("Host"));
}

Api::Api(SandboxState& state, const AccountHolder& owner)
    : m_state(state), m_catalogue(owner.username, owner.user_id) {}

bool Api::answer_routed(const httplib::Request& request, httplib::Response& response) {
  return answer_server_facts(request.path, response) ||
         answer_account(m_state, m_ledger, request, response) ||
         answer_catalogue(m_state, m_catalogue, request, response);
}

void Api::answer_other(const httplib::Request& request, httplib::Response& response) {
  const auto [host, path] = host_and_path(request);
  if (host.empty() || !answer_host(m_state, m_catalogue, m_ledger, host, path, request, response))
    answer_unrouted(m_state, path, request, response);
}

} // namespace chutes::sandbox
