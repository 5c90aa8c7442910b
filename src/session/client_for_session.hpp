// The client that a session's tokens were issued to.
#pragma once

#include "platform/environment.hpp"
#include "session/vault.hpp"

namespace chutes::session {

// Its registration: the environment's if that is the same client's and has its secret (another client's would
// be refused), else the vault's, else nothing but its id. Throws what `vault` throws.
[[nodiscard]] ClientRegistration client_for_session(const Credentials& credentials, const Vault& vault,
                                                    const Environment& environment);

} // namespace chutes::session
