#include "session/call_credential.hpp"

namespace chutes::session {
namespace {

// Says why CHUTES_API_KEY is not used, and what the user can do instead.
Error key_not_used(const std::string& profile, ApiKeyUse use) {
  auto error = not_signed_in(profile);
  const auto because = [&](const char* reason, const char* way_out) {
    return Error{error.kind(),
                 std::string{error.what()}.append("; CHUTES_API_KEY is not used, because ").append(reason),
                 std::string{error.hint()}.append(way_out)};
  };
  switch (use) {
  case ApiKeyUse::profile_named:
    return because("--profile or CHUTES_PROFILE names whose session to use",
                   ", or omit --profile and unset CHUTES_PROFILE");
  case ApiKeyUse::issuer_named:
    return because("it belongs to Chutes, and --issuer names another server",
                   ", or omit --issuer and unset CHUTES_OIDC_ISSUER");
  case ApiKeyUse::handed_out:
    return because("it is never given to other programs in place of a token",
                   ", or let the other program read CHUTES_API_KEY itself");
  case ApiKeyUse::allowed:
    break;
  }
  return error;
}

} // namespace

Error not_signed_in(const std::string& profile) {
  return Error{ErrorKind::sign_in_needed, "not signed in as profile '" + profile + "'",
               "sign in with '" + sign_in_command(profile) + "'"};
}

std::string command_for(const std::string& verb, const std::string& profile) {
  return "chutes-login " + verb + (profile == "default" ? "" : " --profile " + profile);
}

std::string sign_in_command(const std::string& profile) {
  return command_for("login", profile);
}

std::string activation_command(const std::string& client_id, const std::string& profile) {
  return command_for("app update " + client_id + " --activate", profile);
}

CallCredential choose_credential(const Stored<Credentials>& session, const std::string& profile,
                                 const Environment& environment, ApiKeyUse api_key_use) {
  if (auto token = environment.find_credential("CHUTES_ACCESS_TOKEN"))
    return GivenToken{std::move(*token)};
  if (const auto* credentials = std::get_if<Credentials>(&session))
    return *credentials;
  if (const auto* unreadable = std::get_if<Unreadable>(&session))
    return NoCredential{unreadable->reason, unreadable->damaged};
  const auto* no_keychain = std::get_if<NoKeychain>(&session);
  auto key = environment.find_credential("CHUTES_API_KEY");
  if (key && api_key_use == ApiKeyUse::allowed)
    return ApiKey{std::move(*key),
                  no_keychain != nullptr ? no_keychain->reason.what() : not_signed_in(profile).what()};
  if (no_keychain != nullptr)
    return NoCredential{no_keychain->reason, false};
  return NoCredential{key ? key_not_used(profile, api_key_use) : not_signed_in(profile), false};
}

CallCredential choose_credential(const Vault& vault, const Environment& environment, ApiKeyUse api_key_use) {
  const bool given = environment.find("CHUTES_ACCESS_TOKEN").has_value();
  return choose_credential(given ? Stored<Credentials>{NothingStored{}} : vault.look_up_session(),
                           vault.profile(), environment, api_key_use);
}

} // namespace chutes::session
