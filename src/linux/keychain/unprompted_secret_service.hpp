// libsecret's connection to the Secret Service, made unable to prompt: a call that would ask the person for a
// password or a confirmation fails instead. A prompt cannot be given a deadline: libsecret waits for its end
// even when it is cancelled.
#pragma once

#include "linux/keychain/libsecret_library.hpp"

namespace chutes::on_linux {

// Connects and agrees on an encrypted session. Null with `error` set if that fails.
[[nodiscard]] SecretService* open_silent_service(const LibsecretLibrary& library, GCancellable* cancellable,
                                                 GError** error);

// Whether `error` is what a call fails with that would have prompted.
[[nodiscard]] bool is_refused_prompt(const LibsecretLibrary& library, const GError* error);

} // namespace chutes::on_linux
