// Registering a new app and bringing its secret to where it belongs, in one step that nothing can come
// between.
#pragma once

#include "cli/app/app_admin_session.hpp"
#include "cli/app/secrets/secret_destination.hpp"

namespace chutes::cli {

// The scopes given (each word may hold several), else those that suffice for signing in and invoking.
[[nodiscard]] std::vector<std::string> scopes_to_register(const std::vector<std::string>& given);

// Throws Error{usage} for scopes the service does not have; notes those it gives to few accounts only.
void check_registrable(const std::vector<std::string>& scopes, Context& context);

// Prepares the destination, creates the app and stores its secret there, as `store_or_rescue`; remembers its
// scopes. Signals are held meanwhile.
[[nodiscard]] service::App register_app(const service::AppFields& fields, SecretDestination& destination,
                                        const AppAdminSession& desk, Context& context);
// The same for a destination that is prepared already.
[[nodiscard]] service::App register_prepared_app(const service::AppFields& fields,
                                                 SecretDestination& destination, const AppAdminSession& desk,
                                                 Context& context);

} // namespace chutes::cli
