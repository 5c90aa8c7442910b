// An application's setup for Sign in with Chutes, in the variables that the official SDK reads, and the
// checks of it that need no network.
#pragma once

#include "base/secret.hpp"
#include "service/diagnostic.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

struct Integration {
  std::optional<std::string> client_id;
  std::optional<Secret> client_secret;
  std::vector<std::string> redirect_uris; // one if read from variables
  std::vector<std::string> scopes;        // empty: the SDK's default
  bool redirect_uri_assumed = false;      // no variable sets it; this is the SDK's fallback
};

inline constexpr const char* client_id_variable = "CHUTES_OAUTH_CLIENT_ID";
inline constexpr const char* client_secret_variable = "CHUTES_OAUTH_CLIENT_SECRET";
inline constexpr const char* redirect_uri_variable = "CHUTES_OAUTH_REDIRECT_URI";
inline constexpr const char* scopes_variable = "CHUTES_OAUTH_SCOPES";
inline constexpr const char* app_url_variable = "NEXT_PUBLIC_APP_URL";
inline constexpr const char* callback_path = "/api/auth/chutes/callback";

// The value of a variable; absent if it is unset or empty.
using FindVariable = std::function<std::optional<std::string>(const std::string& name)>;

// Reads the variables. The redirect URI is CHUTES_OAUTH_REDIRECT_URI, else NEXT_PUBLIC_APP_URL with the SDK's
// path, else the SDK's fallback on localhost:3000.
[[nodiscard]] Integration read_integration(const FindVariable& find);

// Checks that client_id, client_secret, redirect_uri (one result each) and scopes are present and
// well-formed. Repeats no value that may be a misplaced secret.
[[nodiscard]] std::vector<Diagnostic> validate_form(const Integration& integration);

} // namespace chutes::service
