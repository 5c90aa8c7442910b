// Secrets in files: a file of its own (file:PATH), or variables in an env file (env-file:PATH).
#pragma once

#include "cli/app/secrets/env_file.hpp"
#include "cli/app/secrets/secret_destination.hpp"

namespace chutes::cli {

// Both ask before they write to a file that other users can read; without a terminal, or with --no-input,
// they throw Error{usage} instead.

// `replace`: whether to replace an existing file.
[[nodiscard]] std::unique_ptr<SecretDestination> make_file_destination(std::string path, bool replace,
                                                                       Context& context);
// `more`: variables to set besides the client's. Warns if git would commit the file. Throws Error{usage},
// before there is a secret, if the file names another service, or the variables would not be read back.
[[nodiscard]] std::unique_ptr<SecretDestination> make_env_file_destination(std::string path, Variables more,
                                                                           Context& context);

} // namespace chutes::cli
