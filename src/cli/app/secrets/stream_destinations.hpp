// Secrets on standard output: printed, or handed to the runner of a GitHub workflow.
#pragma once

#include "cli/app/secrets/secret_destination.hpp"

namespace chutes::cli {

// Prints only the secret, on a line; with --json the service's answer with the secret in it.
[[nodiscard]] std::unique_ptr<SecretDestination> make_stdout_destination(Context& context);

// Tells the runner to mask the secret, then sets the step outputs client_id, client_secret and app_id. Throws
// Error{usage} with --json, because the runner reads standard output.
[[nodiscard]] std::unique_ptr<SecretDestination> make_github_destination(Context& context);

} // namespace chutes::cli
