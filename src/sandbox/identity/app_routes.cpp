// /idp/apps: registration of OAuth apps, with the service's limits, its 200 instead of 201, its list of
// everyone's public apps, and its PATCH that accepts and ignores allowed_scopes.
#include "base/ascii.hpp"
#include "sandbox/identity/app_fields.hpp"
#include "sandbox/identity/identity.hpp"
#include "sandbox/identity/page.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/identifiers.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::sandbox {
namespace {

Json text_or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json app_json(const App& app) {
  return {{"app_id", app.app_id},
          {"client_id", app.client_id},
          {"user_id", app.user_id},
          {"name", app.name},
          {"description", text_or_null(app.description)},
          {"redirect_uris", app.redirect_uris},
          {"homepage_url", text_or_null(app.homepage_url)},
          {"logo_url", text_or_null(app.logo_url)},
          {"active", app.active},
          {"public", app.is_public},
          {"refresh_token_lifetime_days", app.refresh_token_lifetime_days},
          {"created_at", naive_time(app.created_at)},
          {"updated_at", app.updated_at ? Json(naive_time(*app.updated_at)) : Json(nullptr)}};
}

bool shared_with(const App& app, const std::string& user_id) {
  return std::any_of(app.shares.begin(), app.shares.end(),
                     [&](const Share& share) { return share.user_id == user_id; });
}

// The request's path after "/idp/apps/": the app and the rest.
struct AppPath {
  std::string app;
  std::string rest;
};

AppPath app_path(const std::string& path) {
  const std::string tail = path.substr(std::string{"/idp/apps/"}.size());
  const auto slash = tail.find('/');
  return {tail.substr(0, slash), slash == std::string::npos ? "" : tail.substr(slash + 1)};
}

class AppRoutes {
public:
  AppRoutes(IdentityContext& context, const Caller& caller, const httplib::Request& request,
            httplib::Response& response)
      : m_context(context), m_user_id(caller.holder.user_id), m_request(request), m_response(response) {}

  bool route() {
    const auto& path = m_request.path;
    if (path == "/idp/apps")
      return list_or_create();
    const auto [app_id, rest] = app_path(path);
    if (rest.empty() && m_request.method == "GET")
      return show(app_id);
    App* app = own_app(app_id);
    if (rest.empty() && m_request.method == "PATCH")
      return app == nullptr ? not_found() : patch(*app);
    if (rest.empty() && m_request.method == "DELETE")
      return app == nullptr ? not_found() : remove(*app);
    if (rest == "regenerate-secret" && m_request.method == "POST")
      return app == nullptr ? not_found() : regenerate_secret(*app);
    if (rest == "share" && m_request.method == "POST")
      return share(app);
    if (rest == "shares" && m_request.method == "GET")
      return app == nullptr ? not_found() : shares(*app);
    if (rest.starts_with("share/") && m_request.method == "DELETE")
      return app == nullptr ? not_found() : unshare(*app, rest.substr(6));
    return false;
  }

private:
  App* own_app(const std::string& app_id) {
    const auto found = m_context.records.apps.find(app_id);
    return found != m_context.records.apps.end() && found->second.user_id == m_user_id ? &found->second
                                                                                       : nullptr;
  }

  bool not_found(const char* what = "Application not found") {
    answer_detail(m_response, 404, what);
    return true;
  }

  bool list_or_create() {
    if (m_request.method == "GET")
      return list();
    return m_request.method == "POST" && create();
  }

  bool list() {
    QueryReader query{m_request};
    const bool include_public = query.flag("include_public", true);
    const bool include_shared = query.flag("include_shared", true);
    const auto page = page_query(query);
    if (query.refused(m_response))
      return true;
    const auto user_id = query.text("user_id");
    if (!user_id.empty() && user_id != "me" && user_id != m_user_id) {
      answer_detail(m_response, 403, "You can only list your own applications");
      return true;
    }
    Json items = Json::array();
    for (const auto& [id, app] : m_context.records.apps) {
      const bool visible = app.user_id == m_user_id || (include_public && app.is_public) ||
                           (include_shared && shared_with(app, m_user_id));
      if (app.active && visible && matches_search(app, query.text("search")))
        items.push_back(app_json(app));
    }
    answer_items_page(m_response, items, page);
    return true;
  }

  std::ptrdiff_t apps_called(const std::string& name, const App* except, bool only_own) const {
    const auto& apps = m_context.records.apps;
    return std::count_if(apps.begin(), apps.end(), [&](const auto& entry) {
      const App& app = entry.second;
      return &app != except && (!only_own || app.user_id == m_user_id) && same_name(app.name, name);
    });
  }

  // Returns true after answering 403.
  bool lacks_role_for(const std::vector<std::string>& scopes) {
    const auto& roles = m_context.records.users.at(m_user_id).roles;
    const auto privileged = privileged_of(scopes);
    if (m_context.rules.old_generation || privileged.empty() ||
        std::find(roles.begin(), roles.end(), "unlimited_dev") != roles.end())
      return false;
    answer_detail(m_response, 403,
                  "Privileged scopes require unlimited_dev permission: ['" + join(privileged, "', '") + "']");
    return true;
  }

  bool create() {
    const auto fields = read_app_fields(m_request.body, AppFieldsFor::creation, m_response);
    if (!fields || lacks_role_for(fields->allowed_scopes.value_or(std::vector<std::string>{})))
      return true;
    const auto matches = apps_called(*fields->name, nullptr, false);
    if (matches == 1)
      answer_detail(m_response, 409, "An application with this name already exists");
    else if (matches > 1)
      answer_server_error(m_response); // the service expects at most one row
    else
      answer_json(m_response, registered(*fields));
    return true;
  }

  // Registers the app; returns the answer, the only one with the secret.
  Json registered(const AppFields& fields) {
    App app;
    app.app_id = random_uuid();
    app.client_id = "cid_" + random_characters(lower_alphanumeric, 24);
    const auto secret = "csc_" + random_characters(alphanumeric, 48);
    app.secret_digest = digest_of(secret);
    app.user_id = m_user_id;
    app.created_at = m_context.now;
    apply(fields, app);
    app.allowed_scopes = fields.allowed_scopes.value_or(std::vector<std::string>{});
    Json answer = app_json(app);
    answer["client_secret"] = secret;
    m_context.records.apps[app.app_id] = std::move(app);
    m_context.changed = true;
    return answer;
  }

  bool show(const std::string& app_or_client_id) {
    for (const auto& [id, app] : m_context.records.apps)
      if ((id == app_or_client_id || app.client_id == app_or_client_id) &&
          (app.user_id == m_user_id || app.is_public || shared_with(app, m_user_id))) {
        answer_json(m_response, app_json(app));
        return true;
      }
    return not_found();
  }

  bool patch(App& app) {
    const auto fields = read_app_fields(m_request.body, AppFieldsFor::change, m_response);
    if (!fields || lacks_role_for(fields->allowed_scopes.value_or(std::vector<std::string>{})))
      return true;
    if (fields->name && apps_called(*fields->name, &app, true) > 0) {
      answer_detail(m_response, 409, "An application with this name already exists");
      return true;
    }
    if (fields->name && apps_called(*fields->name, &app, false) > 0) {
      answer_server_error(m_response); // another account's name violates a constraint of the database
      return true;
    }
    apply(*fields, app); // allowed_scopes are accepted and ignored
    app.updated_at = m_context.now;
    m_context.changed = true;
    answer_json(m_response, app_json(app));
    return true;
  }

  bool remove(const App& app) {
    const auto app_id = app.app_id;
    std::erase_if(m_context.records.tokens, [&](const auto& entry) {
      return m_context.records.authorizations.at(entry.second.authorization_id).app_id == app_id;
    });
    std::erase_if(m_context.records.authorizations,
                  [&](const auto& entry) { return entry.second.app_id == app_id; });
    std::erase_if(m_context.records.codes, [&](const auto& entry) {
      return m_context.records.authorizations.count(entry.second.authorization_id) == 0;
    });
    m_context.records.apps.erase(app_id);
    m_context.changed = true;
    answer_json(m_response, {{"app_id", app_id}, {"deleted", true}});
    return true;
  }

  bool regenerate_secret(App& app) {
    const auto secret = "csc_" + random_characters(alphanumeric, 48);
    app.secret_digest = digest_of(secret);
    m_context.changed = true;
    answer_json(m_response,
                {{"app_id", app.app_id}, {"client_id", app.client_id}, {"client_secret", secret}});
    return true;
  }

  bool share(App* app) {
    const auto body = read_share_request(m_request.body, m_response);
    if (!body)
      return true;
    if (app == nullptr)
      return not_found();
    const User* user = m_context.find_user(*body);
    if (user == nullptr)
      return not_found("User not found");
    if (user->user_id == m_user_id)
      answer_detail(m_response, 400, "Cannot share app with yourself");
    else if (shared_with(*app, user->user_id))
      answer_detail(m_response, 409, "App is already shared with this user");
    else {
      app->shares.push_back({user->user_id, m_context.now});
      m_context.changed = true;
      answer_json(
          m_response,
          {{"app_id", app->app_id}, {"shared_to", user->user_id}, {"shared_to_username", user->username}});
    }
    return true;
  }

  bool unshare(App& app, const std::string& user_id) {
    if (std::erase_if(app.shares, [&](const Share& share) { return share.user_id == user_id; }) == 0)
      return not_found("Share not found");
    m_context.changed = true;
    answer_json(m_response, {{"app_id", app.app_id}, {"unshared_from", user_id}});
    return true;
  }

  bool shares(const App& app) {
    Json list = Json::array();
    for (const auto& share : app.shares)
      list.push_back({{"user_id", share.user_id},
                      {"username", m_context.records.users.at(share.user_id).username},
                      {"shared_at", naive_time(share.shared_at)}});
    answer_json(m_response, {{"app_id", app.app_id}, {"shares", list}});
    return true;
  }

  IdentityContext& m_context;
  std::string m_user_id;
  const httplib::Request& m_request;
  httplib::Response& m_response;
};

// GET and DELETE /idp/authorizations: what this account has consented to.
void list_authorizations(IdentityContext& context, const Caller& caller, const httplib::Request& request,
                         httplib::Response& response) {
  QueryReader query{request};
  const auto page = page_query(query);
  if (query.refused(response))
    return;
  Json items = Json::array();
  for (const auto& [id, authorization] : context.records.authorizations) {
    if (authorization.user_id != caller.holder.user_id || authorization.revoked)
      continue;
    const App& app = context.records.apps.at(authorization.app_id);
    items.push_back({{"authorization_id", id},
                     {"app_id", app.app_id},
                     {"app_name", app.name},
                     {"app_description", text_or_null(app.description)},
                     {"app_logo_url", text_or_null(app.logo_url)},
                     {"scopes", authorization.scopes},
                     {"created_at", naive_time(authorization.created_at)},
                     {"revoked", false}});
  }
  answer_items_page(response, items, page);
}

void revoke_authorization(IdentityContext& context, const Caller& caller, const std::string& app_id,
                          httplib::Response& response) {
  bool found = false;
  for (auto& [id, authorization] : context.records.authorizations)
    if (authorization.user_id == caller.holder.user_id && authorization.app_id == app_id) {
      authorization.revoked = true; // which also revokes its tokens
      found = true;
    }
  context.changed = context.changed || found;
  if (found)
    answer_json(response, {{"app_id", app_id}, {"revoked", true}});
  else
    answer_detail(response, 404, "Authorization not found");
}

// Returns true after refusing a caller that may not manage apps.
bool refused_management(const Caller& caller, const httplib::Request& request, httplib::Response& response) {
  const auto header = request.get_header_value("Authorization");
  const auto refusal =
      refusal_where_required(caller.credential, caller.scopes, resource_action(request.method, request.path));
  if (!refusal)
    return false;
  const bool website_token =
      caller.credential == Credential::bad_key && header.find("cpk_") == std::string::npos;
  if (website_token && header.starts_with("Bearer "))
    answer_detail(response, 401, "Invalid token.");
  else if (website_token)
    answer_detail(response, 401, "Missing or invalid authorization header(s)");
  else
    answer_refusal(response, *refusal);
  return true;
}

} // namespace

bool answer_apps(IdentityContext& context, const Caller& caller, const httplib::Request& request,
                 httplib::Response& response) {
  if (request.path != "/idp/apps" && !request.path.starts_with("/idp/apps/"))
    return false;
  return refused_management(caller, request, response) ||
         AppRoutes{context, caller, request, response}.route();
}

bool answer_authorizations(IdentityContext& context, const Caller& caller, const httplib::Request& request,
                           httplib::Response& response) {
  constexpr std::string_view prefix = "/idp/authorizations/";
  const bool list = request.path == "/idp/authorizations" && request.method == "GET";
  const bool revoke = request.path.starts_with(prefix) && request.method == "DELETE";
  if (!list && !revoke)
    return false;
  if (refused_management(caller, request, response))
    return true;
  if (list)
    list_authorizations(context, caller, request, response);
  else
    revoke_authorization(context, caller, request.path.substr(prefix.size()), response);
  return true;
}

} // namespace chutes::sandbox
