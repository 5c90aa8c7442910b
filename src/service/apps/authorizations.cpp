#include "service/apps/authorizations.hpp"

#include <nlohmann/json.hpp>

#include <limits>

namespace chutes::service {
namespace {

Authorization read_authorization(Json document) {
  Authorization read{string_field(document, "app_id").value_or(""),
                     string_field(document, "app_name").value_or(""), strings_field(document, "scopes"),
                     string_field(document, "created_at").value_or(""), nullptr};
  read.document = std::make_shared<const Json>(std::move(document));
  return read;
}

} // namespace

std::vector<Authorization> Authorizations::list() const {
  std::vector<Authorization> all;
  for (auto& item : m_management.list("/idp/authorizations", {}, "list the authorized apps",
                                      std::numeric_limits<std::size_t>::max()))
    all.push_back(read_authorization(std::move(item)));
  return all;
}

Json Authorizations::revoke(const std::string& app_id) const {
  return m_management.ask("DELETE", "/idp/authorizations/" + percent_encode(app_id),
                          "revoke the authorization");
}

} // namespace chutes::service
