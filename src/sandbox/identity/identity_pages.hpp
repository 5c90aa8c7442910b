// The pages of a sign-in: login, consent, and the error pages, which never redirect to the app.
#pragma once

#include "sandbox/world/records.hpp"

#include <string>
#include <string_view>

namespace chutes::sandbox {

// `error` may be empty. A page with an error has no links to the website, like the service's.
// `nonce` is what a hotkey has to sign.
[[nodiscard]] std::string login_page(const SignInRequest& request, const std::string& app_name,
                                     const std::string& nonce, const std::string& error);
// The page's copy of `request` is for the eye: what counts is the session.
[[nodiscard]] std::string consent_page(const std::string& session_id, const SignInRequest& request,
                                       const User& user, const App& app,
                                       const std::vector<std::string>& scopes);
[[nodiscard]] std::string error_page(const std::string& title, const std::string& text);

} // namespace chutes::sandbox
