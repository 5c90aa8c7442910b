// Secrets in files: a file of its own (file:PATH), or variables in an env file (env-file:PATH).
#pragma once

#include "cli/app/secrets/secret_destination.hpp"

namespace chutes::cli {

// `replace`: whether to replace an existing file.
[[nodiscard]] std::unique_ptr<SecretDestination> make_file_destination(std::string path, bool replace,
                                                                       Context& context);
// Warns if other users can read the file, or git would commit it.
[[nodiscard]] std::unique_ptr<SecretDestination> make_env_file_destination(std::string path,
                                                                           Context& context);

} // namespace chutes::cli
