#include "service/registration.hpp"

#include "base/error.hpp"
#include "base/form.hpp"
#include "service/bearer.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {
namespace {

// A key that is not an admin key gets the same 401 as no key at all.
Error explain(const HttpResponse& response, std::string_view what) {
  if (response.status == 401)
    return Error{ErrorKind::forbidden,
                 "the service does not let this credential register clients: it has to be an admin API key",
                 "make one on the service's website, with admin rights"}
        .with_status(response.status);
  if (response.status == 409 || response.status == 422)
    return Error{ErrorKind::usage,
                 "the service refused " + std::string{what} + ": " + error_detail(response.body),
                 response.status == 409 ? "choose another name; names are unique across all accounts" : ""}
        .with_status(response.status);
  return service_error(response, what, "admin");
}

Json document_of(const HttpResponse& response, std::string_view what) {
  if (response.status / 100 != 2)
    throw explain(response, what);
  auto document = parse_json(response.body);
  if (!document || !document->is_object())
    throw Error{ErrorKind::service, "the service did not answer with a JSON object", "try again"}.with_status(
        response.status);
  return std::move(*document);
}

std::string required(const Json& document, const char* name) {
  auto text = string_field(document, name);
  if (!text || text->empty())
    throw Error{ErrorKind::service, std::string{"the service named no "} + name, "try again"};
  return std::move(*text);
}

App app_of(const Json& document) {
  App app{required(document, "app_id"),
          required(document, "client_id"),
          string_field(document, "name").value_or(""),
          {}};
  if (const Json* uris = find_field(document, "redirect_uris"); uris != nullptr && uris->is_array())
    for (const auto& uri : *uris)
      if (uri.is_string())
        app.redirect_uris.push_back(uri.get<std::string>());
  return app;
}

std::string path_of(const std::string& id) {
  return "/idp/apps/" + percent_encode(id);
}

} // namespace

HttpResponse Registration::ask(const char* method, std::string_view path, const Json* body) const {
  auto request =
      bearer_request(m_endpoints.idp.with_path_added(std::string{path}), m_credential, m_endpoints);
  request.method = method;
  if (body != nullptr) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = json_line(*body);
  }
  return m_http.send(request);
}

std::optional<App> Registration::find(const std::string& id) const {
  const auto response = ask("GET", path_of(id), nullptr);
  if (response.status == 404)
    return std::nullopt;
  return app_of(document_of(response, "the client"));
}

CreatedApp Registration::create(const NewApp& app) const {
  Json body{{"name", app.name},
            {"redirect_uris", app.redirect_uris},
            {"public", app.is_public},
            {"allowed_scopes", app.scopes}};
  if (!app.description.empty())
    body["description"] = app.description;
  auto response = ask("POST", "/idp/apps", &body);
  const Json document = document_of(response, "the new client");
  wipe(response.body);
  return {app_of(document), Secret{required(document, "client_secret")}};
}

void Registration::replace_redirect_uris(const std::string& app_id,
                                         const std::vector<std::string>& redirect_uris) const {
  const Json body{{"redirect_uris", redirect_uris}};
  static_cast<void>(document_of(ask("PATCH", path_of(app_id), &body), "the new redirect URIs"));
}

void Registration::remove(const std::string& app_id) const {
  static_cast<void>(document_of(ask("DELETE", path_of(app_id), nullptr), "to remove the client"));
}

} // namespace chutes::service
