#include "sandbox/api.hpp"

#include "base/ascii.hpp"
#include "sandbox/account_routes.hpp"
#include "sandbox/models/catalogue_routes.hpp"
#include "sandbox/models/host_routes.hpp"
#include "sandbox/world/api_answer.hpp"

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

// The exact form of a path that has a slash too many or too few; empty if it is not one of these routes.
std::string exact_form(std::string_view path) {
  if (path == "/chutes")
    return "/chutes/";
  if (path.starts_with("/users/me/") && path.ends_with('/'))
    return std::string{path.substr(0, path.size() - 1)};
  return {};
}

// Redirects to the exact form, as the service does before it checks credentials.
bool redirect_to_exact_form(const httplib::Request& request, httplib::Response& response) {
  const auto path = exact_form(request.path);
  if (path.empty())
    return false;
  answer_redirect(request, response, path);
  return true;
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

Api::Api(SandboxState& state, const AccountHolder& owner)
    : m_state(state), m_catalogue(owner.username, owner.user_id) {}

bool Api::answer(const httplib::Request& request, httplib::Response& response) {
  const auto [host, path] = host_and_path(request.path, request.get_header_value("Host"));
  if (!host.empty() && answer_host(m_state, m_catalogue, m_ledger, host, path, request, response))
    return true;
  return redirect_to_exact_form(request, response) || answer_account(m_state, m_ledger, request, response) ||
         answer_catalogue(m_state, m_catalogue, request, response);
}

} // namespace chutes::sandbox
