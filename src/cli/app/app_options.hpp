// The options that describe an app, shared by the commands that create and change one.
#pragma once

#include "cli/command/context.hpp"
#include "cli/command/option_declarer.hpp"
#include "service/apps/app_rules.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct AppOptions {
  std::optional<std::string> name;
  std::vector<std::string> redirect_uris;
  std::optional<std::string> description;
  std::optional<std::string> homepage_url;
  std::optional<std::string> logo_url;
  bool is_public = false;
  bool is_private = false;
  std::optional<long> refresh_token_days;
};

void declare_app(OptionDeclarer& declarer, AppOptions& options);

// Returns the fields that the options set, and no other. Throws Error{usage} for options that exclude each
// other.
[[nodiscard]] service::AppFields app_fields(const AppOptions& options);

// Throws Error{usage}, naming each field that the service would refuse. Warns of redirect URIs that the
// service accepts although they will not work.
void require_valid(const service::AppFields& fields, service::AppFieldsFor purpose, Context& context);

} // namespace chutes::cli
