#include "sandbox/request_log.hpp"

#include "sandbox/api.hpp"
#include "sandbox/world/form_fields.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace chutes::sandbox {
namespace {

constexpr std::size_t most_entries = 100'000; // then the oldest half goes

const char* credential_kind(const httplib::Request& request) {
  const auto header = request.get_header_value("Authorization");
  if (header.find("cpk_") != std::string::npos)
    return "api_key";
  return header.find("cak_") != std::string::npos ? "access_token" : "none";
}

} // namespace

RequestLog::RequestLog() : m_entries(std::make_unique<Json>(Json::array())) {}

RequestLog::~RequestLog() = default;

void RequestLog::add(const httplib::Request& request, const httplib::Response& response, Instant now) {
  const auto [host, path] = host_and_path(request.path, request.get_header_value("Host"));
  Json entry{
      {"time", rfc3339(now)}, {"method", request.method},  {"host", host.empty() ? Json("api") : Json(host)},
      {"path", path},         {"status", response.status}, {"credential", credential_kind(request)}};
  if (path.starts_with("/idp/")) {
    const Form form{request};
    if (form.has("grant_type"))
      entry["grant_type"] = form["grant_type"];
    const auto client_id = form.has("client_id") ? form["client_id"] : request.get_param_value("client_id");
    if (!client_id.empty())
      entry["client_id"] = client_id;
  }
  const std::lock_guard lock{m_mutex};
  m_entries->push_back(std::move(entry));
  if (m_entries->size() > most_entries)
    m_entries->erase(m_entries->begin(), m_entries->begin() + most_entries / 2);
}

Json RequestLog::entries() const {
  const std::lock_guard lock{m_mutex};
  return *m_entries;
}

} // namespace chutes::sandbox
