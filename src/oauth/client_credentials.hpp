// How a client says who it is (RFC 6749 §2.3.1).
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

// Adds them to what is sent, never to a URL: to `fields`, or as a header. A client without a secret only
// names itself, in `fields`. In the header, id and secret are form-encoded first, as §2.3.1 wants it.
void add_client(const ClientCredentials& client, FormFields& fields, HttpHeaders& headers);

// The secret in such a header ("Basic …"), for whoever must not show it; absent if it holds none.
[[nodiscard]] std::optional<std::string> secret_in_header(std::string_view authorization);

} // namespace chutes::oauth
