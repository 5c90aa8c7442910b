// The token endpoint (RFC 6749 §3.2): exchanges a code, refreshes. Sends every request once.
#pragma once

#include "oauth/client_credentials.hpp"
#include "oauth/pkce.hpp"
#include "oauth/token_response.hpp"
#include "platform/http_client.hpp"

#include <string>

namespace chutes::oauth {

class TokenEndpoint {
public:
  TokenEndpoint(Url url, ClientCredentials client, HttpClient& http)
      : m_url(std::move(url)), m_client(std::move(client)), m_http(http) {}

  // RFC 6749 §4.1.3 with RFC 7636 §4.5. At Chutes the code is used up whatever the response is.
  [[nodiscard]] TokenAnswer exchange(const Secret& code, const CodeVerifier& verifier,
                                     const std::string& redirect_uri);
  // RFC 6749 §6. The refresh token is used up once the server has answered with new tokens.
  [[nodiscard]] TokenAnswer refresh(const Secret& refresh_token);

private:
  [[nodiscard]] TokenAnswer send(FormFields fields);

  Url m_url;
  ClientCredentials m_client;
  HttpClient& m_http;
};

} // namespace chutes::oauth
