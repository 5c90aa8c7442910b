// libsecret's connection to the Secret Service, with prompts that end. A call that needs the person to answer
// a dialog of the keyring shows it if its KeychainDeadline allows that, and else fails at once; libsecret
// itself would always show it, and wait for its end even when it is cancelled.
#pragma once

#include "linux/keychain/libsecret_library.hpp"

namespace chutes::on_linux {

// Connects to the service of that name and agrees on an encrypted session; with a null name to libsecret's
// usual one. Null with `error` set if that fails.
[[nodiscard]] SecretService* open_secret_service(const LibsecretLibrary& library, const char* bus_name,
                                                 GCancellable* cancellable, GError** error);

// The dialog that a call fails for: it was not allowed to be shown, or the person (or the service) closed it
// without doing what was asked.
enum class PromptFailure { none, refused, dismissed };
[[nodiscard]] PromptFailure prompt_failure(const LibsecretLibrary& library, const GError* error);

} // namespace chutes::on_linux
