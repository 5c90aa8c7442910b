// The copies of an app's secret that this profile already stores: of the client it signs in with, or of an
// app whose secret went to the keychain when it was created.
#pragma once

#include "cli/command/context.hpp"

#include <string>

namespace chutes::cli {

// Replaces the old secret in the keychain, if the keychain is available and holds one. Returns whether the
// profile signs in with that client.
bool replace_stored_secret(const std::string& client_id, const Secret& secret, Context& context);

// Removes the secret of a deleted app. Returns whether the profile signs in with that client, whose
// registration is kept.
bool forget_stored_secret(const std::string& client_id, Context& context);

} // namespace chutes::cli
