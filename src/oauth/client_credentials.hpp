// Client authentication (RFC 6749 §2.3.1).
#pragma once

#include "base/form.hpp"
#include "base/secret.hpp"
#include "platform/http_client.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chutes::oauth {

enum class ClientAuthMethod {
  client_secret_post,  // a field of the request
  client_secret_basic, // HTTP Basic authentication
};

struct ClientCredentials {
  std::string client_id;
  std::optional<Secret> client_secret;
  ClientAuthMethod method = ClientAuthMethod::client_secret_post;
};

// Adds the credentials to a request: to `fields`, or as a header in which id and secret are form-encoded
// (§2.3.1). A client without a secret only sends its id, in `fields`.
void add_client(const ClientCredentials& client, FormFields& fields, HttpHeaders& headers);

// Returns the client secret in an Authorization header ("Basic …"), to redact it; absent if there is none.
[[nodiscard]] std::optional<std::string> secret_in_header(std::string_view authorization);

} // namespace chutes::oauth
