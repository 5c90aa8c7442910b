// Secrets to whoever reads our output: standard output itself, or the runner of a GitHub workflow.
#pragma once

#include "cli/app/secrets/secret_destination.hpp"

namespace chutes::cli {

// The secret alone on a line; with --json the service's answer with the secret in it.
[[nodiscard]] std::unique_ptr<SecretDestination> make_stdout_destination(Context& context);

// Has the runner mask the secret, then sets the step's outputs client_id, client_secret and app_id. Throws
// Error{usage} with --json: standard output is the runner's.
[[nodiscard]] std::unique_ptr<SecretDestination> make_github_destination(Context& context);

} // namespace chutes::cli
