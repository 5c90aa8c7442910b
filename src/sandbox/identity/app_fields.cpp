#include "sandbox/identity/app_fields.hpp"

#include "base/utf8.hpp"
#include "sandbox/identity/scope_list.hpp"
#include "sandbox/world/like.hpp"

#include <algorithm>
#include <set>

namespace chutes::sandbox {
namespace {

std::optional<std::string> read_name(JsonBody& body, Member member) {
  auto name = body.text("name", member);
  if (name && (character_count(*name) < 3 || character_count(*name) > 64))
    body.refuse_value("name", "Name must be between 3 and 64 characters");
  else if (name && !has_name_characters(*name))
    body.refuse_value("name", "Name can only contain letters, numbers, spaces, hyphens, and periods");
  return name;
}

bool has_web_scheme(const std::string& uri) {
  return uri.starts_with("http://") || uri.starts_with("https://");
}

std::optional<std::vector<std::string>> read_redirect_uris(JsonBody& body, Member member) {
  constexpr const char* name = "redirect_uris";
  constexpr std::size_t most = 10;
  auto uris = body.texts(name, member);
  if (!uris)
    return uris;
  const auto other = std::find_if_not(uris->begin(), uris->end(), has_web_scheme);
  if (uris->empty())
    body.refuse_value(name, "At least one redirect URI is required");
  else if (uris->size() > most)
    body.refuse_value(name, "Maximum 10 redirect URIs allowed");
  else if (other != uris->end())
    body.refuse_value(name, "Invalid redirect URI: " + *other);
  return uris;
}

std::optional<std::int64_t> read_lifetime(JsonBody& body) {
  constexpr const char* name = "refresh_token_lifetime_days";
  const auto days = body.integer(name);
  if (days && *days < 1)
    body.refuse_value(name, "Refresh token lifetime must be at least 1 day");
  else if (days && *days > 30)
    body.refuse_value(name, "Refresh token lifetime cannot exceed 30 days");
  return days;
}

} // namespace

AppFields read_app_fields(JsonBody& body, AppFieldsFor purpose) {
  const bool creation = purpose == AppFieldsFor::creation;
  const auto required = creation ? Member::required : Member::nullable;
  AppFields fields; // read in the service's order, which is the order of its complaints
  fields.name = read_name(body, required);
  fields.description = body.text("description");
  fields.redirect_uris = read_redirect_uris(body, required);
  fields.homepage_url = body.text("homepage_url");
  fields.logo_url = body.text("logo_url");
  if (!creation)
    fields.active = body.flag("active");
  fields.is_public = body.flag("public", creation ? Member::defaulted : Member::nullable);
  fields.refresh_token_lifetime_days = read_lifetime(body);
  fields.allowed_scopes = body.texts("allowed_scopes");
  return fields;
}

void apply(const AppFields& fields, App& app) {
  if (fields.name)
    app.name = *fields.name;
  if (fields.description)
    app.description = fields.description;
  if (fields.homepage_url)
    app.homepage_url = fields.homepage_url;
  if (fields.logo_url)
    app.logo_url = fields.logo_url;
  app.redirect_uris = fields.redirect_uris.value_or(app.redirect_uris);
  app.active = fields.active.value_or(app.active);
  app.is_public = fields.is_public.value_or(app.is_public);
  app.refresh_token_lifetime_days =
      fields.refresh_token_lifetime_days.value_or(app.refresh_token_lifetime_days);
}

std::vector<std::string> privileged_of(const std::vector<std::string>& scopes) {
  std::set<std::string> result;
  std::copy_if(scopes.begin(), scopes.end(), std::inserter(result, result.end()), is_privileged);
  return {result.begin(), result.end()};
}

} // namespace chutes::sandbox
