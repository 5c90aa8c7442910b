#include "oauth/revocation.hpp"

#include "base/json_fields.hpp"
#include "oauth/form_request.hpp"

#include <nlohmann/json.hpp>

namespace chutes::oauth {

Revocation revoke(const Url& endpoint, const Secret& token, const char* hint, HttpClient& http,
                  const ClientCredentials* client) {
  const auto response =
      send_form(endpoint, {{"token", token.reveal()}, {"token_type_hint", hint}}, http, client);
  if (response.status == 200)
    return Revocation::done;
  const auto document = parse_json(response.body);
  const bool is_unsupported = document && string_field(*document, "error") == "unsupported_token_type";
  return is_unsupported ? Revocation::unsupported : Revocation::failed;
}

} // namespace chutes::oauth
