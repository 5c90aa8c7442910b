// The pages a person meets on the way: login, consent, and the error pages that never lead back to the
// application.
#pragma once

#include "sandbox/world/records.hpp"

#include <string>
#include <string_view>

namespace chutes::sandbox {

// `error` may be empty. A page shown again after an error has lost its links to the website, as the service's
// has.
[[nodiscard]] std::string login_page(const SignInRequest& request, const std::string& app_name,
                                     const std::string& error);
[[nodiscard]] std::string consent_page(const std::string& session_id, const User& user, const App& app,
                                       const std::vector<std::string>& scopes);
[[nodiscard]] std::string error_page(const std::string& title, const std::string& text);

} // namespace chutes::sandbox
