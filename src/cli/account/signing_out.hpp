// Ending a profile's session, for `logout` and `profile remove`: the server is told first, what is here is
// removed in any case.
#pragma once

#include "base/error.hpp"
#include "cli/command/context.hpp"

#include <string>

namespace chutes::cli {

enum class Told {
  yes,
  no, // the server still takes the tokens, as far as is known
  nothing_there,
};
enum class Keep {
  registration, // for the next sign-in
  nothing,
};

// Of `profile` at the context's authorization server. Throws Error{keychain}, and what ends every command.
[[nodiscard]] Told sign_out(const std::string& profile, Keep keep, Context& context);

// What a command ends with after `Told::no`.
[[nodiscard]] Error server_not_told();

} // namespace chutes::cli
