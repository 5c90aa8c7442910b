// The shortest way to one secret in the Secret Service: three calls over an encrypted session, where
// libsecret, which makes an object of everything, takes three times as long. It knows the ordinary case
// alone, and says nothing of others: those are libsecret's (secret_service_session.hpp).
#pragma once

#include "base/secret.hpp"
#include "platform/keychain.hpp"

#include <functional>
#include <optional>
#include <string>

namespace chutes::on_linux {

// Waits until the descriptor has one of poll's events; throws what ends the wait.
using BusWait = std::function<void(int fd, short events)>;

// The content of the item with that key, in the Secret Service on the bus at `address`. Absent unless there
// is exactly one, it is open, and nothing stood in the way. Never prompts. Throws what `wait` throws.
[[nodiscard]] std::optional<Secret> read_secret(const std::string& address, const KeychainKey& key,
                                                const BusWait& wait);

} // namespace chutes::on_linux
