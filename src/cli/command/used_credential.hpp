// The credential that a command sends, under the name that the user knows it by, so that a refusal names what
// was refused and how to replace it.
#pragma once

#include "base/error.hpp"
#include "session/access_tokens.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

struct UsedCredential {
  std::string name;    // "CHUTES_ACCESS_TOKEN", "the session of profile 'work'"
  std::string renewal; // what to do if the service no longer accepts it
  std::string scoping; // what to do if it lacks a scope; "SCOPE" is replaced by its name
  bool is_api_key = false;
  std::vector<std::string> scope{}; // which it is known to have
};

[[nodiscard]] UsedCredential used_credential(const session::AccessToken& token, const std::string& profile);

// An API key, by where it is from: "CHUTES_API_KEY", "the key that setup stored".
[[nodiscard]] UsedCredential used_api_key(const std::string& name, const std::string& renewal);

// Returns `error` with the credential named, if it reports that the service refused one (status 401 or 403),
// and with the hint that is true for this credential: one that is known to have the scope is not to blame. A
// refused API key is reported as forbidden, because signing in does not help. Any other error, and one that
// names the credential already, is returned unchanged.
[[nodiscard]] Error with_credential_named(const Error& error, const UsedCredential& used);

} // namespace chutes::cli
