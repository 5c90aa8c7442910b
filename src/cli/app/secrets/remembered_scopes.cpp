#include "cli/app/secrets/remembered_scopes.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr std::chrono::seconds lock_patience{2};

// Absent where there is no directory for state: neither XDG_STATE_HOME nor HOME is set.
std::optional<std::string> scopes_file(const Context& context) {
  const auto folder = context.platform.environment.user_directory("XDG_STATE_HOME", ".local/state");
  return folder ? std::optional{*folder + "/chutes-login/app-scopes.json"} : std::nullopt;
}

// The field of an app: its id is unique only at its own service.
std::string name_of(const std::string& app_id, const Context& context) {
  return context.endpoints.idp.text() + " " + app_id;
}

// Scopes by name; empty if there is no file, or a damaged one.
Json read(const std::string& path, Context& context) {
  const auto content = context.platform.files.read(path, FileOrigin::kept);
  auto document = content ? parse_json(content->reveal()) : std::nullopt;
  return document && document->is_object() ? std::move(*document) : Json::object();
}

template <typename Change>
void change(Context& context, const Change& apply) noexcept {
  try {
    const auto path = scopes_file(context);
    if (!path)
      return;
    const auto lock = context.platform.files.lock(*path, lock_patience);
    Json document = read(*path, context);
    apply(document);
    context.platform.files.replace(*path, Secret{json_line(document) + "\n"});
  } catch (const std::exception&) { // a full disk, a read-only home: a convenience is lost, no more
  }
}

} // namespace

void remember_scopes(const std::string& app_id, const std::vector<std::string>& scopes,
                     Context& context) noexcept {
  change(context, [&](Json& document) { document[name_of(app_id, context)] = scopes; });
}

void forget_scopes(const std::string& app_id, Context& context) noexcept {
  if (remembered_scopes(app_id, context))
    change(context, [&](Json& document) { document.erase(name_of(app_id, context)); });
}

std::optional<std::vector<std::string>> remembered_scopes(const std::string& app_id,
                                                          Context& context) noexcept {
  try {
    const auto path = scopes_file(context);
    if (!path)
      return std::nullopt;
    const Json document = read(*path, context);
    const Json* scopes = find_field(document, name_of(app_id, context));
    if (scopes == nullptr)
      return std::nullopt;
    return scopes->get<std::vector<std::string>>();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::vector<std::string> apps_with_remembered_scopes(Context& context) noexcept {
  std::vector<std::string> ids;
  try {
    const auto path = scopes_file(context);
    const Json document = path ? read(*path, context) : Json::object();
    const auto prefix = name_of("", context);
    for (const auto& item : document.items())
      if (item.key().starts_with(prefix))
        ids.push_back(item.key().substr(prefix.size()));
  } catch (const std::exception&) {
    ids.clear();
  }
  return ids;
}

} // namespace chutes::cli
