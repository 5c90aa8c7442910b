// Which credential a call uses. Decided here once, for the commands that call and for those that only report
// it: CHUTES_ACCESS_TOKEN, else the profile's session, else CHUTES_API_KEY, but only where it is known that
// there is no session.
#pragma once

#include "platform/environment.hpp"
#include "session/vault.hpp"

#include <string>
#include <variant>

namespace chutes::session {

// Whether CHUTES_API_KEY may stand in for a session.
enum class ApiKeyUse {
  allowed,
  profile_named, // no: --profile or CHUTES_PROFILE says whose call it is
  issuer_named,  // no: the key belongs to Chutes, and --issuer names another server
  handed_out,    // no: the command gives the credential to other programs, which would get more than a token
};

struct GivenToken { // CHUTES_ACCESS_TOKEN
  Secret value;
};
struct ApiKey { // CHUTES_API_KEY
  Secret value;
  std::string because; // "not signed in as profile 'default'", "no keychain is running: …"
};
struct NoCredential {
  Error reason; // what a call fails with: nothing stored, or a store that cannot be read
  bool damaged; // the record of this session
};
using CallCredential = std::variant<GivenToken, Credentials, ApiKey, NoCredential>;

// Reads the store at most once, and not at all if CHUTES_ACCESS_TOKEN is set. Throws as
// Environment::find_credential.
[[nodiscard]] CallCredential choose_credential(const Vault& vault, const Environment& environment,
                                               ApiKeyUse api_key_use);

// The same for a session that has been looked up.
[[nodiscard]] CallCredential choose_credential(const Stored<Credentials>& session, const std::string& profile,
                                               const Environment& environment, ApiKeyUse api_key_use);

// Returns a command for a profile, as a hint names it: "chutes-login refresh --profile work".
[[nodiscard]] std::string command_for(const std::string& verb, const std::string& profile);
// Returns the command that signs in to a profile: "chutes-login login --profile work".
[[nodiscard]] std::string sign_in_command(const std::string& profile);
// The command that lets people sign in again with a client whose app is inactive.
[[nodiscard]] std::string activation_command(const std::string& client_id, const std::string& profile);
// Error{sign_in_needed} that says that there is no session.
[[nodiscard]] Error not_signed_in(const std::string& profile);

} // namespace chutes::session
