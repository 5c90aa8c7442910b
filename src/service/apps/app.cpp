#include "service/apps/app.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {
namespace {

std::string required(const Json& document, const char* name) {
  auto text = string_field(document, name);
  if (!text || text->empty())
    throw Error{ErrorKind::service, std::string{"the service named no "} + name, "try again"};
  return std::move(*text);
}

std::vector<std::string> texts(const Json& document, const char* name) {
  std::vector<std::string> result;
  if (const Json* items = find_field(document, name); items != nullptr && items->is_array())
    for (const auto& item : *items)
      if (item.is_string())
        result.push_back(item.get<std::string>());
  return result;
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
          .redirect_uris = texts(document, "redirect_uris"),
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
