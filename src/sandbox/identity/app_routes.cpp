// /idp/apps: registration of OAuth apps, with the service's limits, its 200 instead of 201, its list of
// everyone's public apps, newest first, and its PATCH that accepts and ignores allowed_scopes. POST compares
// a name without the blanks at its ends, ignoring case, with everyone's names, of which '_' matches any
// character; PATCH compares it exactly with the account's own. So twins that differ in case come about, and
// whoever clashes with a name that is not looked at meets a constraint of the database (500). Recorded from
// the service's published server code on 2026-11-27.
#include "base/ascii.hpp"
#include "sandbox/identity/app_fields.hpp"
#include "sandbox/identity/identity.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/identifiers.hpp"
#include "sandbox/world/like.hpp"
#include "sandbox/world/page.hpp"
#include "sandbox/world/query.hpp"

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
          {"created_at", naive_moment(app.created_at)},
          {"updated_at", naive_moment(app.updated_at)}};
}

bool shared_with(const App& app, const std::string& user_id) {
  return std::any_of(app.shares.begin(), app.shares.end(),
                     [&](const Share& share) { return share.user_id == user_id; });
}

// Blanks count as no search.
bool matches_search(const App& app, const std::string& search) {
  store_text(search);
  if (stripped(search).empty())
    return true;
  std::string pattern{"%"};
  pattern.append(search).append("%");
  return is_like(app.name, pattern) || is_like(app.description.value_or(""), pattern) ||
         is_like(app.homepage_url.value_or(""), pattern);
}

// Newest first.
template <typename Record>
std::vector<const Record*> by_age(const std::map<std::string, Record>& records) {
  std::vector<const Record*> sorted;
  sorted.reserve(records.size());
  for (const auto& [id, record] : records)
    sorted.push_back(&record);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Record* a, const Record* b) { return a->created_at > b->created_at; });
  return sorted;
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

  // Notices a body that is no JSON before it looks at credentials, as the service does.
  void route(const Caller& caller) {
    const auto& path = m_request.path;
    const auto& method = m_request.method;
    const bool reads_body = (method == "POST" && !path.ends_with("/regenerate-secret")) || method == "PATCH";
    if (reads_body && m_body.undecodable(m_response))
      return;
    if (const auto refusal =
            refusal_where_required(caller.credential, caller.scopes, resource_action(method, path)))
      return answer_refusal(m_response, *refusal);
    if (path == "/idp/apps")
      return method == "GET" ? list() : create();
    const auto [app_id, rest] = app_path(path);
    if (method == "GET" && rest.empty())
      return show(app_id);
    if (method == "PATCH")
      return patch(app_id);
    if (rest == "share")
      return share(app_id);
    App* app = own_app(app_id);
    if (app == nullptr)
      not_found();
    else if (rest.empty())
      remove(*app);
    else if (rest == "regenerate-secret")
      regenerate_secret(*app);
    else if (rest == "shares")
      shares(*app);
    else
      unshare(*app, rest.substr(rest.find('/') + 1));
  }

private:
  App* own_app(const std::string& app_id) {
    const auto found = m_context.records.apps.find(app_id);
    return found != m_context.records.apps.end() && found->second.user_id == m_user_id ? &found->second
                                                                                       : nullptr;
  }

  void not_found(const char* what = "Application not found") { answer_detail(m_response, 404, what); }

  void name_taken() { answer_detail(m_response, 409, "An application with this name already exists"); }

  void list() {
    QueryReader query{m_request};
    const bool include_public = query.flag("include_public", true);
    const bool include_shared = query.flag("include_shared", true);
    const PageQuery page{query.integer("page", 0), query.integer("limit", 25)};
    if (query.refused(m_response))
      return;
    const auto user_id = query.text("user_id");
    if (!user_id.empty() && user_id != "me" && user_id != m_user_id)
      return answer_detail(m_response, 403, billing_admins_only);
    Json items = Json::array();
    for (const App* app : by_age(m_context.records.apps)) {
      const bool visible = app->user_id == m_user_id || (include_public && app->is_public) ||
                           (include_shared && shared_with(*app, m_user_id));
      if (app->active && visible && matches_search(*app, query.text("search")))
        items.push_back(app_json(*app));
    }
    answer_or_fail(m_response, list_page_of(items, page));
  }

  template <typename Condition>
  std::ptrdiff_t apps_that(Condition condition) const {
    const auto& apps = m_context.records.apps;
    return std::count_if(apps.begin(), apps.end(),
                         [&](const auto& entry) { return condition(entry.second); });
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

  void create() {
    const auto fields = read_app_fields(m_body, AppFieldsFor::creation);
    if (m_body.refused(m_response) ||
        lacks_role_for(fields.allowed_scopes.value_or(std::vector<std::string>{})))
      return;
    const auto wanted = stripped(*fields.name);
    const auto alike = apps_that([&](const App& app) { return is_like(app.name, wanted); });
    const auto same = apps_that([&](const App& app) { return app.name == *fields.name; });
    if (alike == 1)
      name_taken();
    else if (alike > 1 || same > 0)
      answer_server_error(m_response); // the service expects at most one row, and the database no other
    else
      answer_json(m_response, registered(fields));
  }

  // Registers the app; returns the answer, the only one with the secret.
  Json registered(const AppFields& fields) {
    App app;
    app.app_id = random_uuid();
    app.client_id = "cid_" + random_characters(lower_alphanumeric, 24);
    const auto secret = "csc_" + random_characters(alphanumeric, 48);
    app.secret_digest = digest_of(secret);
    app.user_id = m_user_id;
    app.created_at = m_context.moment;
    app.updated_at = m_context.moment;
    apply(fields, app);
    app.allowed_scopes = fields.allowed_scopes.value_or(std::vector<std::string>{});
    Json answer = app_json(app);
    answer["client_secret"] = secret;
    m_context.records.apps[app.app_id] = std::move(app);
    m_context.changed = true;
    return answer;
  }

  void show(const std::string& app_or_client_id) {
    store_text(app_or_client_id);
    for (const auto& [id, app] : m_context.records.apps)
      if ((id == app_or_client_id || app.client_id == app_or_client_id) &&
          (app.user_id == m_user_id || app.is_public || shared_with(app, m_user_id)))
        return answer_json(m_response, app_json(app));
    not_found();
  }

  void patch(const std::string& app_id) {
    const auto fields = read_app_fields(m_body, AppFieldsFor::change);
    if (m_body.refused(m_response))
      return;
    App* app = own_app(app_id);
    if (app == nullptr)
      return not_found();
    if (lacks_role_for(fields.allowed_scopes.value_or(std::vector<std::string>{})))
      return;
    const auto has_name = [&](const App& other) { return &other != app && other.name == fields.name; };
    if (apps_that([&](const App& other) { return other.user_id == m_user_id && has_name(other); }) > 0)
      return name_taken();
    if (apps_that(has_name) > 0)
      return answer_server_error(m_response);
    const Json before = app_json(*app);
    apply(fields, *app); // allowed_scopes are accepted and ignored
    if (app_json(*app) != before)
      app->updated_at = m_context.moment;
    m_context.changed = true;
    answer_json(m_response, app_json(*app));
  }

  void remove(const App& app) {
    const auto app_id = app.app_id;
    std::erase_if(m_context.records.tokens, [&](const auto& entry) {
      return m_context.records.authorizations.at(entry.second.authorization_id).app_id == app_id;
    });
    std::erase_if(m_context.records.authorizations,
                  [&](const auto& entry) { return entry.second.app_id == app_id; });
    m_context.records.apps.erase(app_id);
    m_context.changed = true;
    answer_json(m_response, {{"app_id", app_id}, {"deleted", true}});
  }

  void regenerate_secret(App& app) {
    const auto secret = "csc_" + random_characters(alphanumeric, 48);
    app.secret_digest = digest_of(secret);
    app.updated_at = m_context.moment;
    m_context.changed = true;
    answer_json(m_response,
                {{"app_id", app.app_id}, {"client_id", app.client_id}, {"client_secret", secret}});
  }

  void share(const std::string& app_id) {
    m_body.text("app_id_or_name", Member::required); // required, but ignored
    const auto wanted = m_body.text("user_id_or_name", Member::required);
    if (m_body.refused(m_response))
      return;
    App* app = own_app(app_id);
    if (app == nullptr)
      return not_found();
    const User* user = m_context.find_user(*wanted);
    if (user == nullptr)
      return not_found("User not found");
    if (user->user_id == m_user_id)
      return answer_detail(m_response, 400, "Cannot share app with yourself");
    if (shared_with(*app, user->user_id))
      return answer_detail(m_response, 409, "App is already shared with this user");
    app->shares.push_back({user->user_id, m_context.moment});
    m_context.changed = true;
    answer_json(
        m_response,
        {{"app_id", app->app_id}, {"shared_to", user->user_id}, {"shared_to_username", user->username}});
  }

  void unshare(App& app, const std::string& user_id) {
    if (std::erase_if(app.shares, [&](const Share& share) { return share.user_id == user_id; }) == 0)
      return not_found("Share not found");
    m_context.changed = true;
    answer_json(m_response, {{"app_id", app.app_id}, {"unshared_from", user_id}});
  }

  void shares(const App& app) {
    Json list = Json::array();
    for (const auto& share : app.shares)
      list.push_back({{"user_id", share.user_id},
                      {"username", m_context.records.users.at(share.user_id).username},
                      {"shared_at", naive_moment(share.shared_at)}});
    answer_json(m_response, {{"app_id", app.app_id}, {"shares", list}});
  }

  IdentityContext& m_context;
  std::string m_user_id;
  const httplib::Request& m_request;
  httplib::Response& m_response;
  JsonBody m_body{m_request};
};

// GET and DELETE /idp/authorizations: what this account has granted.
void list_authorizations(IdentityContext& context, const Caller& caller, const httplib::Request& request,
                         httplib::Response& response) {
  QueryReader query{request};
  const PageQuery page{query.integer("page", 0), query.integer("limit", 25)};
  if (query.refused(response))
    return;
  Json items = Json::array();
  for (const Authorization* authorization : by_age(context.records.authorizations)) {
    if (authorization->user_id != caller.holder.user_id || authorization->revoked)
      continue;
    const App& app = context.records.apps.at(authorization->app_id);
    items.push_back({{"authorization_id", authorization->authorization_id},
                     {"app_id", app.app_id},
                     {"app_name", app.name},
                     {"app_description", text_or_null(app.description)},
                     {"app_logo_url", text_or_null(app.logo_url)},
                     {"scopes", authorization->scopes},
                     {"created_at", naive_moment(authorization->created_at)},
                     {"revoked", false}});
  }
  answer_or_fail(response, list_page_of(items, page));
}

// The grant may be revived, its tokens not.
void revoke(IdentityContext& context, Authorization& authorization) {
  authorization.revoked = true;
  for (auto& [id, token] : context.records.tokens)
    if (token.authorization_id == authorization.authorization_id)
      token.revoked = true;
  context.changed = true;
}

void revoke_authorization(IdentityContext& context, const Caller& caller, const std::string& app_id,
                          httplib::Response& response) {
  for (auto& [id, authorization] : context.records.authorizations)
    if (authorization.user_id == caller.holder.user_id && authorization.app_id == app_id) {
      revoke(context, authorization);
      return answer_json(response, {{"app_id", app_id}, {"revoked", true}});
    }
  answer_detail(response, 404, "Authorization not found");
}

} // namespace

bool answer_apps(IdentityContext& context, const Caller& caller, const httplib::Request& request,
                 httplib::Response& response) {
  if (request.path != "/idp/apps" && !request.path.starts_with("/idp/apps/"))
    return false;
  AppRoutes{context, caller, request, response}.route(caller);
  return true;
}

bool answer_authorizations(IdentityContext& context, const Caller& caller, const httplib::Request& request,
                           httplib::Response& response) {
  constexpr std::string_view prefix = "/idp/authorizations/";
  const bool list = request.path == "/idp/authorizations";
  if (!list && !request.path.starts_with(prefix))
    return false;
  if (const auto refusal = refusal_where_required(caller.credential, caller.scopes,
                                                  resource_action(request.method, request.path)))
    answer_refusal(response, *refusal);
  else if (list)
    list_authorizations(context, caller, request, response);
  else
    revoke_authorization(context, caller, request.path.substr(prefix.size()), response);
  return true;
}

} // namespace chutes::sandbox
