// The options that say what an app should be like, shared by the commands that create and change one.
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

// What was given and nothing else. Throws Error{usage} for options that exclude each other.
[[nodiscard]] service::AppFields app_fields(const AppOptions& options);

// Throws Error{usage} with everything in `fields` that the service would refuse; warns of redirect URIs that
// it takes although they will not work.
void require_valid(const service::AppFields& fields, service::AppFieldsFor purpose, Context& context);

} // namespace chutes::cli
