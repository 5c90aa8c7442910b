// The copies of an app's secret that this profile keeps from before: as the client it signs in with, or
// because it went to the keychain when the app was created.
#pragma once

#include "cli/command/context.hpp"

#include <string>

namespace chutes::cli {

// Puts the new secret in the place of the dead one, where a keychain is at hand and has one. Whether the
// profile signs in with that client.
bool renew_kept_secret(const std::string& client_id, const Secret& secret, Context& context);

// Forgets the secret of an app that is gone. Whether the profile signs in with that client, whose
// registration stays.
bool forget_kept_secret(const std::string& client_id, Context& context);

} // namespace chutes::cli
