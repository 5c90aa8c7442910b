#include "cli/command/used_credential.hpp"

#include "service/scope_rights.hpp"
#include "service/service_error.hpp"

namespace chutes::cli {
namespace {

bool is_refusal(const Error& error) {
  const auto status = error.status().value_or(0);
  return (status == 401 || status == 403) &&
         (error.kind() == ErrorKind::sign_in_needed || error.kind() == ErrorKind::forbidden);
}

std::string hint_for(const Error& error, const UsedCredential& used) {
  const auto scope = service::missing_scope(error);
  if (!scope)
    return error.hint().empty() ? used.renewal : error.hint();
  // The service says the same where it has no route for the request.
  if (std::string_view{error.what()}.ends_with(service::no_permission) &&
      service::has_right_of(used.scope, *scope))
    return std::string{service::address_hint} + ", because the credential has the scope " + *scope +
           "; if none is set, " + used.renewal;
  constexpr std::string_view placeholder = "SCOPE";
  auto hint = used.scoping;
  if (const auto at = hint.find(placeholder); at != std::string::npos)
    hint.replace(at, placeholder.size(), *scope);
  return hint;
}

} // namespace

UsedCredential used_credential(const session::AccessToken& token, const std::string& profile) {
  switch (token.source) {
  case session::CredentialSource::environment:
    return {"CHUTES_ACCESS_TOKEN", "unset CHUTES_ACCESS_TOKEN, or set it to a valid token",
            "set CHUTES_ACCESS_TOKEN to a token with the scope SCOPE, or unset it"};
  case session::CredentialSource::api_key:
    return used_api_key("CHUTES_API_KEY",
                        "set CHUTES_API_KEY to a valid key that may do this, or unset it and "
                        "sign in with '" +
                            session::sign_in_command(profile) + "'");
  case session::CredentialSource::session:
    break;
  }
  const auto sign_in = session::sign_in_command(profile);
  return {"the session of profile '" + profile + "'", "sign in again with '" + sign_in + "'",
          "sign in again with '" + sign_in +
              " --scope SCOPE' and a --scope for each scope that 'chutes-login status' lists",
          false, token.scope};
}

UsedCredential used_api_key(const std::string& name, const std::string& renewal) {
  return {name, renewal, renewal, true};
}

Error with_credential_named(const Error& error, const UsedCredential& used) {
  const std::string suffix = " (credential: " + used.name + ")";
  const std::string message = error.what();
  if (!is_refusal(error) || message.ends_with(suffix))
    return error;
  const bool no_sign_in_helps = used.is_api_key && error.kind() == ErrorKind::sign_in_needed;
  Error named{no_sign_in_helps ? ErrorKind::forbidden : error.kind(), message + suffix,
              hint_for(error, used)};
  named.with_status(*error.status()).with_request_id(error.request_id());
  return named;
}

} // namespace chutes::cli
