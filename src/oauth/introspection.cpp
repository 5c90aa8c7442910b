#include "oauth/introspection.hpp"

#include "base/error.hpp"
#include "oauth/form_request.hpp"

#include <nlohmann/json.hpp>

namespace chutes::oauth {
namespace {

Error unusable(int status) {
  return Error{ErrorKind::service, "the introspection endpoint gave no usable answer", "try again"}
      .with_status(status);
}

} // namespace

Introspection introspect(const Url& endpoint, const Secret& token, HttpClient& http,
                         const ClientCredentials* client) {
  FormFields fields{{"token", token.reveal()}};
  if (client != nullptr) {
    fields.emplace_back("client_id", client->client_id);
    if (client->client_secret)
      fields.emplace_back("client_secret", client->client_secret->reveal());
  }
  const auto response = send_form(endpoint, std::move(fields), http);
  const auto document = response.status == 200 ? parse_json(response.body) : std::nullopt;
  const auto active = document ? bool_field(*document, "active") : std::nullopt;
  if (!active)
    throw unusable(response.status);
  return {*active, json_line(*document)};
}

} // namespace chutes::oauth
