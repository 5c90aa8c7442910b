// Registering a new app and storing its secret, in one step that no signal interrupts.
#pragma once

#include "cli/app/app_admin_session.hpp"
#include "cli/app/secrets/secret_destination.hpp"

namespace chutes::cli {

// Returns the scopes given (each word may hold several); by default those that signing in and invoking need.
[[nodiscard]] std::vector<std::string> scopes_to_register(const std::vector<std::string>& given);

// Throws Error{usage} for scopes the service does not have. Prints a note for privileged ones, which only few
// accounts may register.
void check_registrable(const std::vector<std::string>& scopes, Context& context);

// Prepares the destination, creates the app, remembers its scopes and stores its secret with
// `store_or_rescue`. Signals are held meanwhile.
[[nodiscard]] service::App register_app(const service::AppFields& fields, SecretDestination& destination,
                                        const AppAdminSession& admin, Context& context);
// The same for a destination that has been prepared.
[[nodiscard]] service::App register_prepared_app(const service::AppFields& fields,
                                                 SecretDestination& destination, const AppAdminSession& admin,
                                                 Context& context);

} // namespace chutes::cli
