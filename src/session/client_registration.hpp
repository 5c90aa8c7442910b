// The client (RFC 6749 §2) that signs in: its identifier, its secret if it has one, and the redirect URIs it
// registered.
#pragma once

#include "base/secret.hpp"
#include "oauth/client_credentials.hpp"
#include "oauth/redirection/redirect_uri.hpp"
#include "oauth/server_metadata.hpp"
#include "platform/environment.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::session {

struct ClientRegistration {
  std::string client_id;
  std::optional<Secret> client_secret;
  std::vector<oauth::RedirectUri> redirect_uris; // in the order they are tried
  std::optional<oauth::ClientAuthMethod>
      client_auth_method{}; // where its server wants its secret, if not as it says of itself

  // How this client says who it is at `server`.
  [[nodiscard]] oauth::ClientCredentials credentials(const oauth::ServerMetadata& server) const {
    return {client_id, client_secret, client_auth_method.value_or(server.client_auth_method)};
  }
};

// CHUTES_OAUTH_CLIENT_ID, _CLIENT_SECRET and _REDIRECT_URI. Absent if there is no client id. Throws
// Error{usage} for a redirect URI that is not a loopback URI.
[[nodiscard]] std::optional<ClientRegistration> registration_from(const Environment& environment);

// Several URIs separated by spaces or commas. Throws Error{usage} naming `source` if one is not a loopback
// URI.
[[nodiscard]] std::vector<oauth::RedirectUri> parse_redirect_uris(std::string_view text,
                                                                  const std::string& source);

// The fixed ports that `setup` registers; tried when a registration does not say which it has.
[[nodiscard]] std::vector<oauth::RedirectUri> default_redirect_uris();

// At another server, where a registration does not say: http://127.0.0.1/callback/ with the issuer's host and
// path behind it, on any port (RFC 8252 §7.3). Every server has one of its own (§8.10), so that no server can
// have another's answer sent to a sign-in of its own.
[[nodiscard]] oauth::RedirectUri redirect_uri_for(const std::string& issuer);

[[nodiscard]] Secret encode(const ClientRegistration& registration);
// Throws Error{keychain} if the text is damaged or was written by a newer version of the program.
[[nodiscard]] ClientRegistration decode_registration(const Secret& text);

} // namespace chutes::session
