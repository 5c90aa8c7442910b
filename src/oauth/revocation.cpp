#include "oauth/revocation.hpp"

#include "oauth/form_request.hpp"

namespace chutes::oauth {

bool revoke(const Url& endpoint, const Secret& token, const char* hint, HttpClient& http,
            const ClientCredentials* client) {
  return send_form(endpoint, {{"token", token.reveal()}, {"token_type_hint", hint}}, http, client).status ==
         200;
}

} // namespace chutes::oauth
