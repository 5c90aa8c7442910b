#include "oauth/token_endpoint.hpp"

#include "oauth/form_request.hpp"

namespace chutes::oauth {

TokenAnswer TokenEndpoint::exchange(const Secret& code, const CodeVerifier& verifier,
                                    const std::string& redirect_uri) {
  return send({{"grant_type", "authorization_code"},
               {"code", code.reveal()},
               {"redirect_uri", redirect_uri},
               {"code_verifier", verifier.value().reveal()}});
}

TokenAnswer TokenEndpoint::refresh(const Secret& refresh_token) {
  return send({{"grant_type", "refresh_token"}, {"refresh_token", refresh_token.reveal()}});
}

TokenAnswer TokenEndpoint::send(FormFields fields) {
  constexpr std::chrono::seconds patience{30}; // the service hashes secrets with Argon2
  auto response = send_form(m_url, std::move(fields), m_http, &m_client, patience);
  auto answer = read_token_answer(response);
  wipe(response.body);
  return answer;
}

} // namespace chutes::oauth
