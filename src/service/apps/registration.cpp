#include "service/apps/registration.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {
namespace {

std::string path_of(const std::string& id) {
  return "/idp/apps/" + percent_encode(id);
}

std::string flag(bool value) {
  return value ? "true" : "false";
}

// Moves the secret out of `document`.
Secret take_secret(Json& document) {
  auto secret = string_field(document, "client_secret");
  if (!secret || secret->empty())
    throw Error{ErrorKind::service, "the service's answer has no client_secret"};
  document.erase("client_secret");
  return Secret{std::move(*secret)};
}

// Calls `call`, which requests something that is shown only once. If the answer is lost although the service
// may have acted, the error has `advice` as its hint, and if the service failed (500), what to do
// `otherwise`.
template <typename Call>
auto with_advice(const std::string& advice, const Call& call, const char* otherwise = "") {
  constexpr int server_failed = 500;
  try {
    return call();
  } catch (const Error& error) {
    const bool answer_lost =
        !error.nothing_sent() &&
        (error.kind() == ErrorKind::network ||
         (error.kind() == ErrorKind::service && error.status().value_or(200) / 100 != 4));
    if (!answer_lost)
      throw;
    Error advised{error.kind(), error.what(), error.status() == server_failed ? advice + otherwise : advice};
    if (const auto status = error.status())
      advised.with_status(*status);
    throw advised.with_request_id(error.request_id());
  }
}

} // namespace

std::optional<App> Registration::find(const std::string& id) const {
  const auto response = m_management.send("GET", path_of(id), nullptr);
  if (is_unknown_app(response))
    return std::nullopt;
  return read_app(Management::object_of(response, "show the app"));
}

std::vector<App> Registration::list(const AppFilter& filter) const {
  FormFields query{{"include_public", flag(filter.include_public)},
                   {"include_shared", flag(filter.include_shared)}};
  if (!filter.search.empty())
    query.emplace_back("search", filter.search);
  std::vector<App> apps;
  for (auto& item : m_management.list("/idp/apps", std::move(query), "list the apps", filter.most))
    apps.push_back(read_app(std::move(item)));
  return apps;
}

std::vector<App> Registration::named(const std::string& name) const {
  return apps_named(list({.search = std::string{stripped(name)}}), name);
}

CreatedApp Registration::create(const AppFields& fields) const {
  const Json body = fields_json(fields);
  return with_advice(
      "the app may exist with an unknown secret: look for it with 'chutes-login app list', and give it a new "
      "secret with 'chutes-login app rotate-secret'",
      [&] {
        Json document = m_management.ask("POST", "/idp/apps", "create the app", &body);
        auto secret = take_secret(document);
        return CreatedApp{read_app(std::move(document)), std::move(secret)};
      },
      "; if it does not exist, several apps may have this name in upper or lower case: choose another name");
}

RenewedSecret Registration::regenerate_secret(const std::string& app_id) const {
  return with_advice("the old secret may no longer work: run 'chutes-login app rotate-secret' again", [&] {
    Json document = m_management.ask("POST", path_of(app_id) + "/regenerate-secret", "create a new secret");
    auto secret = take_secret(document);
    return RenewedSecret{string_field(document, "client_id").value_or(""), std::move(secret),
                         std::make_shared<const Json>(std::move(document))};
  });
}

App Registration::update(const std::string& app_id, const AppFields& changes) const {
  AppFields sent = changes;
  sent.scopes.reset();
  const Json body = fields_json(sent);
  const auto response = m_management.send("PATCH", path_of(app_id), &body);
  if (response.status == 500 && changes.name)
    throw Error{ErrorKind::service, "the service failed to change the app: status 500",
                "the name may be taken by an app of another account; choose another name"}
        .with_status(response.status);
  if (response.status == 409) // it compares with the account's own apps only, exactly
    throw Error{ErrorKind::usage, management_error(response, "change the app").what(),
                "another app of yours, which may be inactive, has exactly this name; choose another name, or "
                "rename that app first"}
        .with_status(response.status);
  return read_app(Management::object_of(response, "change the app"));
}

Json Registration::remove(const std::string& app_id) const {
  return m_management.ask("DELETE", path_of(app_id), "delete the app");
}

Json Registration::share(const std::string& app_id, const std::string& user) const {
  const Json body{{"app_id_or_name", app_id}, {"user_id_or_name", user}};
  return m_management.ask("POST", path_of(app_id) + "/share", "share the app", &body);
}

Json Registration::unshare(const std::string& app_id, const std::string& user_id) const {
  return m_management.ask("DELETE", path_of(app_id) + "/share/" + percent_encode(user_id),
                          "stop sharing the app");
}

Json Registration::shares(const std::string& app_id) const {
  const Json document = m_management.ask("GET", path_of(app_id) + "/shares", "list the shares");
  const Json* shares = find_field(document, "shares");
  if (shares == nullptr || !shares->is_array())
    throw Error{ErrorKind::service, "the service did not answer with a list of shares", "try again"};
  return *shares;
}

} // namespace chutes::service
