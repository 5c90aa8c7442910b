#include "cli/app/secrets/stored_app_secret.hpp"

namespace chutes::cli {
namespace {

// A keychain that is locked or absent is left alone: it may not hold the secret at all.
bool is_available(Context& context) {
  return context.platform.keychain.state(nullptr) == KeychainState::ok;
}

} // namespace

bool replace_stored_secret(const std::string& client_id, const Secret& secret, Context& context) {
  if (!is_available(context))
    return false;
  auto vault = context.vault();
  if (const auto kept = vault.find_client_secret(client_id); kept && !(*kept == secret))
    vault.keep_client_secret(client_id, secret);
  auto registration = vault.find_readable_registration();
  if (!registration || registration->client_id != client_id)
    return false;
  registration->client_secret = secret;
  vault.keep(*registration);
  return true;
}

bool forget_stored_secret(const std::string& client_id, Context& context) {
  if (!is_available(context))
    return false;
  auto vault = context.vault();
  vault.remove_client_secret(client_id);
  const auto registration = vault.find_readable_registration();
  return registration && registration->client_id == client_id;
}

} // namespace chutes::cli
