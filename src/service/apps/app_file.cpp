#include "service/apps/app_file.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/json_text.hpp"
#include "base/terminal_text.hpp"
#include "service/apps/app_rules.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace chutes::service {
namespace {

constexpr std::size_t longest_shown = 64;
constexpr std::array<const char*, 9> app_members{
    "name",          "redirect_uris", "description", "homepage_url",
    "logo_url",      "public",        "active",      "refresh_token_lifetime_days",
    "allowed_scopes"};

// A place in the file, as "apps[1].redirect_uris[0]".
struct Place {
  const std::string& file;
  std::string path;

  [[nodiscard]] Place member(const std::string& name) const {
    return {file, path.empty() ? name : path + "." + name};
  }
  [[nodiscard]] Place item(std::size_t index) const {
    return {file, path + "[" + std::to_string(index) + "]"};
  }
  [[nodiscard]] Error error(const std::string& what, const std::string& hint = {}) const {
    return {ErrorKind::usage, file + ": " + (path.empty() ? "" : path + ": ") + what, hint};
  }
};

std::string member_names() {
  return join({app_members.begin(), app_members.end()}, ", ");
}

constexpr const char* how_to_keep = "omit it to keep the current value; the service cannot clear a field";

// "must be an array, not a string"
Error wrong_type(const Place& place, const char* expected, const Json& found) {
  if (found.is_null())
    return place.error(std::string{"must be "} + expected + ", not null", how_to_keep);
  const char* given = found.is_string()    ? "a string"
                      : found.is_boolean() ? "true or false"
                      : found.is_array()   ? "an array"
                      : found.is_object()  ? "an object"
                                           : "a number";
  return place.error(std::string{"must be "} + expected + ", not " + given);
}

std::string string_at(const Json& value, const Place& place) {
  if (!value.is_string())
    throw wrong_type(place, "a string", value);
  auto text = value.get<std::string>();
  if (text.empty())
    throw place.error("must not be empty", how_to_keep);
  return text;
}

bool flag_at(const Json& value, const Place& place) {
  if (!value.is_boolean())
    throw wrong_type(place, "true or false", value);
  return value.get<bool>();
}

long integer_at(const Json& value, const Place& place) {
  if (!is_number(value))
    throw wrong_type(place, "a whole number", value);
  if (!value.is_number_integer())
    throw place.error("must be a whole number");
  return value.get<long>();
}

std::vector<std::string> strings_at(const Json& value, const Place& place) {
  if (!value.is_array())
    throw wrong_type(place, "an array", value);
  std::vector<std::string> texts;
  for (const auto& item : value) {
    const auto here = place.item(texts.size());
    auto text = string_at(item, here);
    if (std::find(texts.begin(), texts.end(), text) != texts.end())
      throw here.error("is listed twice");
    texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::string> scopes_at(const Json& value, const Place& place) {
  auto scopes = strings_at(value, place);
  for (std::size_t i = 0; i < scopes.size(); ++i)
    if (scopes[i].find_first_of(" \t\r\n,") != std::string::npos)
      throw place.item(i).error("must not contain a space or a comma",
                                "write each scope as a string of its own");
  return scopes;
}

// Unknown members are mistakes: the service would silently ignore them.
void refuse_unknown(const Json& app, const Place& place) {
  for (const auto& member : app.items()) {
    const auto& name = member.key();
    if (name == "client_secret")
      throw place.error("a client secret must not be stored in this file",
                        "choose where the secrets of new apps go with --secret-to");
    if (name == "scopes")
      throw place.error("unknown member 'scopes'", "use 'allowed_scopes'");
    const bool schema = name == "$schema" && place.path.empty();
    if (!schema && std::find(app_members.begin(), app_members.end(), name) == app_members.end())
      throw place.error("unknown member " + quote(one_line(name, longest_shown), '\''),
                        "the members of an app are " + member_names());
  }
}

void require_valid(const AppFields& app, const Place& place) {
  AppFields created = app;
  created.active.reset(); // set by a second request, after the creation
  const auto broken = violations(created, AppFieldsFor::creation);
  if (!broken.empty())
    throw place.member(broken.front().field).error(broken.front().text);
}

AppFields app_at(const Json& value, const Place& place) {
  if (!value.is_object())
    throw wrong_type(place, "an object", value);
  refuse_unknown(value, place);
  AppFields app;
  const auto take = [&](const char* name, auto& field, const auto& read) {
    if (const Json* member = find_field(value, name))
      field = read(*member, place.member(name));
  };
  take("name", app.name, string_at);
  take("redirect_uris", app.redirect_uris, strings_at);
  take("description", app.description, string_at);
  take("homepage_url", app.homepage_url, string_at);
  take("logo_url", app.logo_url, string_at);
  take("public", app.is_public, flag_at);
  take("active", app.active, flag_at);
  take("refresh_token_lifetime_days", app.refresh_token_lifetime_days, integer_at);
  take("allowed_scopes", app.scopes, scopes_at);
  require_valid(app, place);
  return app;
}

std::vector<AppFields> apps_at(const Json& list, const Place& place) {
  if (!list.is_array())
    throw wrong_type(place, "an array of apps", list);
  if (list.empty())
    throw place.error("must contain at least one app");
  std::vector<AppFields> apps;
  for (const auto& item : list) {
    const auto here = place.item(apps.size());
    auto app = app_at(item, here);
    const auto has_same_name = [&](const AppFields& other) { return is_same_name(*other.name, *app.name); };
    if (std::any_of(apps.begin(), apps.end(), has_same_name))
      throw here.member("name").error("another app in this file has the same name",
                                      "choose another name; case and blanks at its ends are ignored");
    apps.push_back(std::move(app));
  }
  return apps;
}

} // namespace

std::vector<AppFields> parse_app_file(std::string_view text, const std::string& file) {
  JsonFlaw flaw;
  const auto document = parse_json(text, flaw);
  if (!document)
    throw Error{ErrorKind::usage, file + ": line " + std::to_string(flaw.line) + ", column " +
                                      std::to_string(flaw.column) + ": " + one_line(flaw.reason, 200)};
  const Place top{file, ""};
  const Json* list = find_field(*document, "apps");
  if (list == nullptr)
    return {app_at(*document, top)};
  for (const auto& member : document->items())
    if (member.key() != "apps" && member.key() != "$schema")
      throw top.error("unknown member " + quote(one_line(member.key(), longest_shown), '\'') +
                          " beside 'apps'",
                      "put the members of an app inside its object");
  return apps_at(*list, top.member("apps"));
}

} // namespace chutes::service
