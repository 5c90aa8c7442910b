#include "oauth/authorization_request.hpp"

#include "base/form.hpp"

namespace chutes::oauth {

Url AuthorizationRequest::url(const Url& authorization_endpoint) const {
  FormFields fields{{"response_type", "code"}, {"client_id", client_id}, {"redirect_uri", redirect_uri}};
  if (!scope.empty()) // else the server grants its default (RFC 6749 §3.3)
    fields.emplace_back("scope", scope_text(scope));
  fields.emplace_back("state", state.value());
  fields.emplace_back("code_challenge", code_challenge);
  fields.emplace_back("code_challenge_method", "S256");
  if (nonce)
    fields.emplace_back("nonce", *nonce);
  if (ask_consent)
    fields.emplace_back("prompt", "consent");
  Url result = authorization_endpoint;
  const std::string before = result.query && !result.query->empty() ? *result.query + "&" : "";
  result.query = before + encode_form(fields);
  return result;
}

} // namespace chutes::oauth
