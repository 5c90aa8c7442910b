#include "oauth/introspection.hpp"

#include "base/error.hpp"
#include "oauth/form_request.hpp"

#include <nlohmann/json.hpp>

namespace chutes::oauth {
namespace {

Error unusable(int status) {
  constexpr int too_many_requests = 429;
  Error error =
      status == too_many_requests
          ? Error{ErrorKind::limit, "too many requests to the introspection endpoint",
                  "wait a minute, then try again"}
          : Error{ErrorKind::service, "the introspection endpoint sent an invalid response", "try again"};
  return error.with_status(status);
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
