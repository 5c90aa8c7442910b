// What the commands share that manage apps or authorizations: the credential, the service's endpoints, and
// finding the app that the user names.
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
  // Throws as `choose_admin_key`, and Error{usage} if --issuer names a server other than Chutes, which has no
  // such endpoints.
  AppAdminSession(const AdminKeyOptions& options, Context& context);
  AppAdminSession(const AppAdminSession&) = delete;
  AppAdminSession& operator=(const AppAdminSession&) = delete;

  // Returns the app that `word` names: an app id, a client id, or the exact name of one of the user's own
  // apps. Throws Error{service} if there is none; Error{usage}, with the candidates, if several have that
  // name or the name is not exact.
  [[nodiscard]] service::App find_required(const std::optional<std::string>& word) const;

private:
  Context& m_context;
  const Secret m_key;

public:
  const service::Registration apps;
  const service::Authorizations authorizations;
};

// Whether `word` has the form of an app id or a client id.
[[nodiscard]] bool looks_like_app_id(const std::string& word);

} // namespace chutes::cli
