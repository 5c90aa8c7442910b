// What every command has that manages apps or authorizations: a credential the service wants there, the
// service's calls, and the app that the user means.
#pragma once

#include "cli/command/admin_key.hpp"
#include "cli/command/context.hpp"
#include "service/apps/authorizations.hpp"
#include "service/apps/registration.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

class AppAdminSession {
public:
  // Throws as `choose_admin_key`, and Error{usage} where --issuer names another server than Chutes, which
  // knows no such calls.
  AppAdminSession(const AdminKeyOptions& options, Context& context);
  AppAdminSession(const AppAdminSession&) = delete;
  AppAdminSession& operator=(const AppAdminSession&) = delete;

  // The app that `word` names: an app id, a client id, or the exact name of one of one's own. Throws
  // Error{service} if there is none, Error{usage} if it is none of these or there are several, which are
  // listed.
  [[nodiscard]] service::App required(const std::optional<std::string>& word) const;

private:
  Context& m_context;
  const Secret m_key;

public:
  const service::Registration apps;
  const service::Authorizations authorizations;
};

// Whether `word` is an app id or a client id by its form.
[[nodiscard]] bool looks_like_app_id(const std::string& word);

} // namespace chutes::cli
