#include "oauth/introspection.hpp"

#include "base/error.hpp"
#include "oauth/form_request.hpp"

#include <nlohmann/json.hpp>

namespace chutes::oauth {
namespace {

Error unusable(int status) {
  constexpr int too_many_requests = 429;
  if (status == too_many_requests)
    return Error{ErrorKind::limit, "too many requests to the introspection endpoint",
                 "wait a minute, then try again"}
        .with_status(status);
  if (status / 100 == 4)
    return Error{ErrorKind::service,
                 "the introspection endpoint refused the request: status " + std::to_string(status),
                 "check the server's address and the client's credentials"}
        .with_status(status);
  return Error{ErrorKind::service, "the introspection endpoint sent an invalid response", "try again"}
      .with_status(status);
}

} // namespace

Introspection introspect(const Url& endpoint, const Secret& token, HttpClient& http,
                         const ClientCredentials* client) {
  const auto response = send_form(endpoint, {{"token", token.reveal()}}, http, client);
  const auto document = response.status == 200 ? parse_json(response.body) : std::nullopt;
  const auto active = document ? bool_field(*document, "active") : std::nullopt;
  if (!active)
    throw unusable(response.status);
  return {*active, json_line(*document)};
}

} // namespace chutes::oauth
