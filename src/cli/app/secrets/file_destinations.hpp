// Secrets into files: one of its own (file:PATH), or the variables of an env file (env-file:PATH).
#pragma once

#include "cli/app/secrets/secret_destination.hpp"

namespace chutes::cli {

// `replace`: whether it may take the place of a file that is there.
[[nodiscard]] std::unique_ptr<SecretDestination> make_file_destination(std::string path, bool replace,
                                                                       Context& context);
// Says when others can read the file, or git would commit it.
[[nodiscard]] std::unique_ptr<SecretDestination> make_env_file_destination(std::string path,
                                                                           Context& context);

} // namespace chutes::cli
