#include "sandbox/world/records.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace chutes::sandbox {
namespace {

long long epoch(Instant instant) {
  return instant.time_since_epoch().count();
}

Instant from_epoch(const Json& value) {
  return Instant{std::chrono::seconds{value.get<long long>()}};
}

// Seconds since 1970; a double holds the microseconds of the next two centuries.
double epoch_of(Moment moment) {
  return static_cast<double>(moment.time_since_epoch().count()) / 1e6;
}

Moment moment_from(const Json& value) {
  return Moment{std::chrono::microseconds{std::llround(value.get<double>() * 1e6)}};
}

template <typename Value>
Json optional_json(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

std::optional<std::string> optional_text(const Json& value) {
  return value.is_null() ? std::nullopt : std::optional{value.get<std::string>()};
}

Json user_json(const User& user) {
  return {{"user_id", user.user_id},
          {"username", user.username},
          {"fingerprint", user.fingerprint},
          {"created_at", epoch_of(user.created_at)},
          {"roles", user.roles},
          {"settings", user.settings ? *user.settings : Json::object()}};
}

User user_from(const Json& json) {
  return {json.at("user_id"),
          json.at("username"),
          json.at("fingerprint"),
          moment_from(json.at("created_at")),
          json.at("roles").get<std::vector<std::string>>(),
          std::make_shared<const Json>(json.at("settings"))};
}

Json app_json(const App& app) {
  Json shares = Json::array();
  for (const auto& share : app.shares)
    shares.push_back({{"user_id", share.user_id}, {"shared_at", epoch_of(share.shared_at)}});
  return {{"app_id", app.app_id},
          {"client_id", app.client_id},
          {"secret_digest", app.secret_digest},
          {"user_id", app.user_id},
          {"name", app.name},
          {"description", optional_json(app.description)},
          {"homepage_url", optional_json(app.homepage_url)},
          {"logo_url", optional_json(app.logo_url)},
          {"redirect_uris", app.redirect_uris},
          {"allowed_scopes", app.allowed_scopes},
          {"active", app.active},
          {"public", app.is_public},
          {"refresh_token_lifetime_days", app.refresh_token_lifetime_days},
          {"created_at", epoch_of(app.created_at)},
          {"updated_at", epoch_of(app.updated_at)},
          {"shares", shares}};
}

App app_from(const Json& json) {
  App app;
  app.app_id = json.at("app_id");
  app.client_id = json.at("client_id");
  app.secret_digest = json.at("secret_digest");
  app.user_id = json.at("user_id");
  app.name = json.at("name");
  app.description = optional_text(json.at("description"));
  app.homepage_url = optional_text(json.at("homepage_url"));
  app.logo_url = optional_text(json.at("logo_url"));
  app.redirect_uris = json.at("redirect_uris").get<std::vector<std::string>>();
  app.allowed_scopes = json.at("allowed_scopes").get<std::vector<std::string>>();
  app.active = json.at("active");
  app.is_public = json.at("public");
  app.refresh_token_lifetime_days = json.at("refresh_token_lifetime_days");
  app.created_at = moment_from(json.at("created_at"));
  const Json& updated_at = json.at("updated_at"); // null in older files
  app.updated_at = updated_at.is_null() ? app.created_at : moment_from(updated_at);
  for (const auto& share : json.at("shares"))
    app.shares.push_back({share.at("user_id"), moment_from(share.at("shared_at"))});
  return app;
}

Json token_json(const std::string& id, const Token& token) {
  return {{"id", id},
          {"digest", token.digest},
          {"refresh", token.refresh},
          {"authorization_id", token.authorization_id},
          {"scopes", token.scopes},
          {"issued_at", epoch(token.issued_at)},
          {"expires_at", epoch(token.expires_at)},
          {"used", token.used},
          {"revoked", token.revoked}};
}

Token token_from(const Json& json) {
  return {json.at("digest"),
          json.at("refresh"),
          json.at("authorization_id"),
          json.at("scopes").get<std::vector<std::string>>(),
          from_epoch(json.at("issued_at")),
          from_epoch(json.at("expires_at")),
          json.at("used"),
          json.at("revoked")};
}

Json authorization_json(const Authorization& authorization) {
  return {{"authorization_id", authorization.authorization_id},
          {"app_id", authorization.app_id},
          {"user_id", authorization.user_id},
          {"scopes", authorization.scopes},
          {"created_at", epoch_of(authorization.created_at)},
          {"revoked", authorization.revoked}};
}

Authorization authorization_from(const Json& json) {
  return {json.at("authorization_id"),
          json.at("app_id"),
          json.at("user_id"),
          json.at("scopes").get<std::vector<std::string>>(),
          moment_from(json.at("created_at")),
          json.at("revoked")};
}

Error foreign_file() {
  return Error{ErrorKind::usage, "the state file was not written by chutes-sandbox",
               "use another file, or delete this one"};
}

} // namespace

Json records_to_json(const Records& records) {
  Json document{{"version", 1},          {"users", Json::array()},          {"api_keys", Json::array()},
                {"apps", Json::array()}, {"authorizations", Json::array()}, {"tokens", Json::array()}};
  for (const auto& id : records.user_order)
    document["users"].push_back(user_json(records.users.at(id)));
  for (const auto& key : records.api_keys)
    document["api_keys"].push_back(
        {{"digest", key.digest}, {"user_id", key.user_id}, {"admin", key.admin}, {"scopes", key.scopes}});
  for (const auto& [id, app] : records.apps)
    document["apps"].push_back(app_json(app));
  for (const auto& [id, authorization] : records.authorizations)
    document["authorizations"].push_back(authorization_json(authorization));
  for (const auto& [id, token] : records.tokens)
    document["tokens"].push_back(token_json(id, token));
  return document;
}

Records records_from_json(const Json& document) {
  try {
    Records records;
    for (const auto& json : document.at("users")) {
      records.users[json.at("user_id")] = user_from(json);
      records.user_order.push_back(json.at("user_id"));
    }
    if (records.users.empty())
      throw foreign_file(); // without a user, no one could sign in
    for (const auto& json : document.at("api_keys"))
      records.api_keys.push_back({json.at("digest"), json.at("user_id"), json.at("admin"),
                                  json.at("scopes").get<std::vector<std::string>>()});
    for (const auto& json : document.at("apps"))
      records.apps[json.at("app_id")] = app_from(json);
    for (const auto& json : document.at("authorizations"))
      records.authorizations[json.at("authorization_id")] = authorization_from(json);
    for (const auto& json : document.at("tokens"))
      records.tokens[json.at("id")] = token_from(json);
    return records;
  } catch (const Json::exception&) {
    throw foreign_file();
  }
}

} // namespace chutes::sandbox
