#include "sandbox/identity/app_fields.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "sandbox/identity/scope_list.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/form_fields.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::sandbox {
namespace {

Json value_error(const char* field, const std::string& text, const Json& input) {
  return {{"type", "value_error"},
          {"loc", {"body", field}},
          {"msg", "Value error, " + text},
          {"input", input},
          {"ctx", {{"error", Json::object()}}}};
}

Json type_error(const char* field, const char* type, const char* text, const Json& input) {
  return {{"type", type}, {"loc", {"body", field}}, {"msg", text}, {"input", input}};
}

// Reads members of an object and collects the problems.
class FieldReader {
public:
  explicit FieldReader(const Json& object) : m_object(object) {}

  std::optional<std::string> text(const char* name) {
    const Json* field = given(name);
    if (field == nullptr)
      return std::nullopt;
    if (!field->is_string()) {
      problems.push_back(type_error(name, "string_type", "Input should be a valid string", *field));
      return std::nullopt;
    }
    return field->get<std::string>();
  }
  std::optional<bool> flag(const char* name) {
    const Json* field = given(name);
    if (field == nullptr)
      return std::nullopt;
    if (!field->is_boolean()) {
      problems.push_back(type_error(name, "bool_type", "Input should be a valid boolean", *field));
      return std::nullopt;
    }
    return field->get<bool>();
  }
  std::optional<std::int64_t> whole(const char* name) {
    const Json* field = given(name);
    if (field == nullptr)
      return std::nullopt;
    if (!field->is_number_integer()) {
      problems.push_back(type_error(name, "int_type", "Input should be a valid integer", *field));
      return std::nullopt;
    }
    return field->get<std::int64_t>();
  }
  std::optional<std::vector<std::string>> list(const char* name) {
    const Json* field = given(name);
    if (field == nullptr)
      return std::nullopt;
    const bool texts = field->is_array() && std::all_of(field->begin(), field->end(),
                                                        [](const Json& item) { return item.is_string(); });
    if (!texts) {
      problems.push_back(type_error(name, "list_type", "Input should be a valid list", *field));
      return std::nullopt;
    }
    return field->get<std::vector<std::string>>();
  }
  void require(const char* name, const char* type, const char* text) {
    const Json* field = find_field(m_object, name);
    if (field == nullptr)
      problems.push_back(
          {{"type", "missing"}, {"loc", {"body", name}}, {"msg", "Field required"}, {"input", m_object}});
    else if (field->is_null()) // allowed only for an optional field
      problems.push_back(type_error(name, type, text, *field));
  }
  void require_text(const char* name) { require(name, "string_type", "Input should be a valid string"); }
  void require_list(const char* name) { require(name, "list_type", "Input should be a valid list"); }

  Json problems = Json::array();

private:
  const Json* given(const char* name) const {
    const Json* field = find_field(m_object, name);
    return field == nullptr || field->is_null() ? nullptr : field;
  }
  const Json& m_object;
};

// [\w\s\-.]: letters and digits of any script, underscore, white space, hyphen, period.
bool name_characters_allowed(std::string_view name) {
  while (!name.empty()) {
    const auto character = next_character(name);
    const bool ascii = character.value < 0x80;
    if (ascii && !is_letter(name.front()) && !is_digit(name.front()) &&
        std::string_view{" \t\n\r_-."}.find(name.front()) == std::string_view::npos)
      return false;
    name.remove_prefix(character.length);
  }
  return true;
}

void validate_name(const std::string& name, Json& problems) {
  if (character_count(name) < 3 || character_count(name) > 64)
    problems.push_back(value_error("name", "Name must be between 3 and 64 characters", name));
  else if (!name_characters_allowed(name))
    problems.push_back(
        value_error("name", "Name can only contain letters, numbers, spaces, hyphens, and periods", name));
}

void validate_redirect_uris(const std::vector<std::string>& uris, Json& problems) {
  constexpr std::size_t most = 10;
  if (uris.empty())
    problems.push_back(value_error("redirect_uris", "At least one redirect URI is required", uris));
  else if (uris.size() > most)
    problems.push_back(value_error("redirect_uris", "Maximum 10 redirect URIs allowed", uris));
  for (const auto& uri : uris)
    if (!uri.starts_with("http://") && !uri.starts_with("https://")) {
      problems.push_back(value_error("redirect_uris", "Invalid redirect URI: " + uri, uris));
      return;
    }
}

void validate_lifetime(std::int64_t days, Json& problems) {
  if (days < 1)
    problems.push_back(
        value_error("refresh_token_lifetime_days", "Refresh token lifetime must be at least 1 day", days));
  else if (days > 30)
    problems.push_back(
        value_error("refresh_token_lifetime_days", "Refresh token lifetime cannot exceed 30 days", days));
}

std::optional<Json> read_body(const std::string& body, httplib::Response& response) {
  auto document = parse_json(body);
  if (document && document->is_object())
    return document;
  Json problem{{"type", "json_invalid"},
               {"loc", {"body", 0}},
               {"msg", "JSON decode error"},
               {"input", Json::object()},
               {"ctx", {{"error", "Expecting value"}}}};
  if (body.empty())
    problem = {
        {"type", "missing"}, {"loc", Json::array({"body"})}, {"msg", "Field required"}, {"input", nullptr}};
  else if (document)
    problem = {{"type", "model_attributes_type"},
               {"loc", Json::array({"body"})},
               {"msg", "Input should be a valid dictionary or object to extract fields from"},
               {"input", *document}};
  answer_detail(response, 422, Json::array({problem}));
  return std::nullopt;
}

} // namespace

std::optional<AppFields> read_app_fields(const std::string& body, AppFieldsFor purpose,
                                         httplib::Response& response) {
  const auto document = read_body(body, response);
  if (!document)
    return std::nullopt;
  FieldReader reader{*document};
  if (purpose == AppFieldsFor::creation) {
    reader.require_text("name");
    reader.require_list("redirect_uris");
  }
  AppFields fields;
  fields.name = reader.text("name");
  fields.description = reader.text("description");
  fields.redirect_uris = reader.list("redirect_uris");
  fields.homepage_url = reader.text("homepage_url");
  fields.logo_url = reader.text("logo_url");
  fields.is_public = reader.flag("public");
  fields.refresh_token_lifetime_days = reader.whole("refresh_token_lifetime_days");
  fields.allowed_scopes = reader.list("allowed_scopes");
  if (purpose == AppFieldsFor::change)
    fields.active = reader.flag("active");
  if (fields.name)
    validate_name(*fields.name, reader.problems);
  if (fields.redirect_uris)
    validate_redirect_uris(*fields.redirect_uris, reader.problems);
  if (fields.refresh_token_lifetime_days)
    validate_lifetime(*fields.refresh_token_lifetime_days, reader.problems);
  if (reader.problems.empty())
    return fields;
  answer_detail(response, 422, reader.problems);
  return std::nullopt;
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

std::optional<std::string> read_share_request(const std::string& body, httplib::Response& response) {
  const auto document = read_body(body, response);
  if (!document)
    return std::nullopt;
  FieldReader reader{*document};
  reader.require_text("app_id_or_name"); // required, but ignored
  reader.require_text("user_id_or_name");
  auto user = reader.text("user_id_or_name");
  if (reader.problems.empty())
    return user;
  answer_detail(response, 422, reader.problems);
  return std::nullopt;
}

bool same_name(const std::string& stored, const std::string& candidate) {
  const auto a = lower(stored);
  const auto b = lower(candidate);
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char have, char pattern) {
           return pattern == '_' || have == pattern;
         });
}

bool matches_search(const App& app, const std::string& search) {
  const auto needle = lower(search);
  return lower(app.name).find(needle) != std::string::npos ||
         lower(app.description.value_or("")).find(needle) != std::string::npos;
}

std::vector<std::string> privileged_of(const std::vector<std::string>& scopes) {
  std::vector<std::string> result;
  std::copy_if(scopes.begin(), scopes.end(), std::back_inserter(result), is_privileged);
  return result;
}

} // namespace chutes::sandbox
