#include "service/apps/app.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::service {
namespace {

std::string required(const Json& document, const char* name) {
  auto text = string_field(document, name);
  if (!text || text->empty())
    throw Error{ErrorKind::service, std::string{"the service's answer has no "} + name, "try again"};
  return std::move(*text);
}

template <typename Value>
void put(Json& body, const char* name, const std::optional<Value>& value) {
  if (value)
    body[name] = *value;
}

} // namespace

App read_app(Json document) {
  App app{.app_id = required(document, "app_id"),
          .client_id = required(document, "client_id"),
          .name = string_field(document, "name").value_or(""),
          .redirect_uris = strings_field(document, "redirect_uris"),
          .description = string_field(document, "description"),
          .homepage_url = string_field(document, "homepage_url"),
          .logo_url = string_field(document, "logo_url"),
          .is_public = bool_field(document, "public"),
          .active = bool_field(document, "active")};
  if (const auto days = integer_field(document, "refresh_token_lifetime_days"))
    app.refresh_token_lifetime_days = static_cast<long>(*days);
  document.erase("client_secret");
  app.document = std::make_shared<const Json>(std::move(document));
  return app;
}

AppFields fields_of(const App& app) {
  return {.name = app.name,
          .redirect_uris = app.redirect_uris,
          .description = app.description,
          .homepage_url = app.homepage_url,
          .logo_url = app.logo_url,
          .is_public = app.is_public,
          .active = app.active,
          .refresh_token_lifetime_days = app.refresh_token_lifetime_days};
}

std::string_view stripped(std::string_view name) {
  return trim(name, " \t\n\v\f\r");
}

bool is_same_name(std::string_view a, std::string_view b) {
  return equals_ignoring_case(stripped(a), stripped(b));
}

std::vector<App> apps_named(std::vector<App> apps, const std::string& name) {
  const bool exact = std::any_of(apps.begin(), apps.end(), [&](const App& app) { return app.name == name; });
  std::erase_if(apps,
                [&](const App& app) { return exact ? app.name != name : !is_same_name(app.name, name); });
  return apps;
}

Json fields_json(const AppFields& fields) {
  Json body = Json::object();
  put(body, "name", fields.name);
  put(body, "description", fields.description);
  put(body, "redirect_uris", fields.redirect_uris);
  put(body, "homepage_url", fields.homepage_url);
  put(body, "logo_url", fields.logo_url);
  put(body, "public", fields.is_public);
  put(body, "active", fields.active);
  put(body, "refresh_token_lifetime_days", fields.refresh_token_lifetime_days);
  put(body, "allowed_scopes", fields.scopes);
  return body;
}

} // namespace chutes::service
