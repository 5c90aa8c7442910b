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
  std::vector<oauth::RedirectUri> redirect_uris;               // in the order they are tried
  std::optional<oauth::ClientAuthMethod> client_auth_method{}; // overrides what the server's metadata says
  bool made_by_setup = false; // registered by this program, so that it may add redirect URIs to it

  // How this client authenticates at `server`.
  [[nodiscard]] oauth::ClientCredentials credentials(const oauth::ServerMetadata& server) const {
    return {client_id, client_secret, client_auth_method.value_or(server.client_auth_method)};
  }
};

// Reads CHUTES_OAUTH_CLIENT_ID, _CLIENT_SECRET and _REDIRECT_URI. Absent without a client id. Throws
// Error{usage} for a control character in the first two, and for a redirect URI that is not a loopback URI.
[[nodiscard]] std::optional<ClientRegistration> registration_from(const Environment& environment);

// " from CHUTES_OAUTH_CLIENT_SECRET" if that is the client's secret, for the message that it is refused; else
// empty.
[[nodiscard]] std::string secret_source(const ClientRegistration& client, const Environment& environment);

// Parses URIs separated by spaces or commas. Throws Error{usage} naming `source` if one is not a loopback
// URI.
[[nodiscard]] std::vector<oauth::RedirectUri> parse_redirect_uris(std::string_view text,
                                                                  const std::string& source);

// Returns the URIs of the fixed ports that `setup` registers; for a registration that names none.
[[nodiscard]] std::vector<oauth::RedirectUri> default_redirect_uris();

// Returns the redirect URI for another server where a registration names none: http://127.0.0.1/callback/
// followed by the issuer's host and path, on any port (RFC 8252 §7.3). Each server has its own (§8.10), so
// that no server can have another one's response sent to its own sign-in.
[[nodiscard]] oauth::RedirectUri redirect_uri_for(const std::string& issuer);

[[nodiscard]] Secret encode(const ClientRegistration& registration);
// Throws UnreadableRecord if the text is damaged or was written by a newer version of the program.
[[nodiscard]] ClientRegistration decode_registration(const Secret& text);

} // namespace chutes::session
