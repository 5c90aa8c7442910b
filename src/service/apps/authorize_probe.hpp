// Asks the authorization endpoint what it would do with a request, without anybody signing in: its refusals
// are pages of status 400 that tell each other apart by their text only.
#pragma once

#include "base/url.hpp"
#include "platform/http_client.hpp"
#include "platform/random.hpp"

#include <string>
#include <vector>

namespace chutes::service {

enum class AuthorizeVerdict {
  accepted,         // a sign-in would begin
  unknown_client,   // there is no such client, or it is inactive
  unregistered_uri, // the client is known; the redirect URI is none of its own, letter by letter
  refused_otherwise,
};

struct AuthorizeAnswer {
  AuthorizeVerdict verdict = AuthorizeVerdict::refused_otherwise;
  int status = 0;
};

// Sends one GET with a code challenge whose verifier nobody keeps, and a scope that is never granted: whoever
// follows it, and a server that asks nobody, gets nothing. No redirect is followed. Throws what `http`
// throws.
[[nodiscard]] AuthorizeAnswer probe_authorization(const Url& endpoint, const std::string& client_id,
                                                  const std::string& redirect_uri, HttpClient& http,
                                                  Random& random);

// What people register when they mean `redirect_uri`: localhost and 127.0.0.1, with and without a slash at
// the end, http and https, in the other form each.
[[nodiscard]] std::vector<std::string> near_redirect_uris(const std::string& redirect_uri);

} // namespace chutes::service
