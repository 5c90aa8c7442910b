#include "oauth/revocation.hpp"

#include "oauth/form_request.hpp"

namespace chutes::oauth {

bool revoke(const Url& endpoint, const Secret& token, const char* hint, HttpClient& http) {
  const auto response =
      http.send(form_request(endpoint, {{"token", token.reveal()}, {"token_type_hint", hint}}));
  return response.status == 200;
}

} // namespace chutes::oauth
