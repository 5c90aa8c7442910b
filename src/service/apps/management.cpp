#include "service/apps/management.hpp"

#include "service/bearer.hpp"
#include "service/paged_list.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {
namespace {

constexpr std::size_t page_size = 100;
constexpr std::size_t most_pages = 1000;

constexpr const char* unknown_app = "Application not found";

// A 404 of these routes says what is absent.
std::string hint_for_absent(const std::string& detail) {
  if (detail == unknown_app)
    return "check the app: it does not exist, or belongs to another account";
  if (detail == "Authorization not found")
    return "the account has not authorized this app; list those it has with 'chutes-login grants list'";
  if (detail == "User not found")
    return "check the name or id of the user; names are case-sensitive";
  if (detail == "Share not found")
    return "list the users it is shared with, with 'chutes-login app shares APP'";
  return address_hint;
}

std::string hint_for(int status, const std::string& detail) {
  const bool name_taken = status == 409 && detail.find("name") != std::string::npos;
  if (name_taken)
    return "choose another name; names are unique across all accounts, case and blanks at the ends are "
           "ignored, and '_' in a new name matches any character";
  return status == 409 ? "nothing more to do" : "";
}

} // namespace

Json Management::object_of(const HttpResponse& response, std::string_view action) {
  if (response.status / 100 != 2)
    throw management_error(response, action);
  auto document = parse_json(response.body);
  if (!document || !document->is_object())
    throw Error{ErrorKind::service, "the service did not answer with a JSON object", "try again"}.with_status(
        response.status);
  return std::move(*document);
}

HttpResponse Management::send(const char* method, std::string_view path, const Json* body) const {
  const auto query = path.find('?');
  Url url = m_endpoints.idp.with_path_added(path.substr(0, query));
  if (query != std::string_view::npos)
    url.query = std::string{path.substr(query + 1)};
  auto request = bearer_request(url, m_credential, m_endpoints);
  request.method = method;
  if (body != nullptr) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = json_line(*body);
  }
  return m_http.send(request);
}

Json Management::ask(const char* method, std::string_view path, std::string_view action,
                     const Json* body) const {
  auto response = send(method, path, body);
  Json document = object_of(response, action);
  wipe(response.body); // it may hold a secret
  return document;
}

Json Management::list(std::string_view path, FormFields query, std::string_view action,
                      std::size_t most) const {
  query.emplace_back("limit", std::to_string(page_size));
  query.emplace_back("page", "");
  PagedList list{"objects", page_size};
  Json all = Json::array();
  for (std::size_t page = 0; page < most_pages; ++page) {
    query.back().second = std::to_string(page);
    const Json document = ask("GET", std::string{path} + "?" + encode_form(query), action);
    for (const auto& item : list.objects_of(document))
      if (all.size() < most)
        all.push_back(item);
    if (list.ended() || all.size() >= most)
      return all;
  }
  throw Error{ErrorKind::service,
              "the service's list does not end after " + std::to_string(most_pages) + " pages",
              "narrow it with --search or --limit"};
}

bool is_unknown_app(const HttpResponse& response) {
  return response.status == 404 && error_detail(response.body) == unknown_app;
}

Error management_error(const HttpResponse& response, std::string_view action) {
  const auto detail = error_detail(response.body);
  const auto refusal = "the service refused to " + std::string{action} + ": " +
                       (detail.empty() ? "status " + std::to_string(response.status) : detail);
  const auto error = [&](ErrorKind kind, const std::string& message, const std::string& hint) {
    return Error{kind, message, hint}.with_status(response.status);
  };
  if (is_missing_route(response))
    return service_error(response, action, "admin");
  switch (response.status) {
  case 401:
    return error(
        ErrorKind::forbidden, "this credential cannot manage apps: the service requires an admin API key",
        "create an API key with admin rights on the service's website, and pass it with --api-key-file");
  case 403:
    if (detail.find("unlimited_dev") != std::string::npos)
      return error(ErrorKind::forbidden, refusal,
                   "omit these scopes, or ask the service to give your account that role");
    break;
  case 400:
  case 409:
  case 422:
    return error(ErrorKind::usage, refusal, hint_for(response.status, detail));
  case 404:
    return error(ErrorKind::service, refusal, hint_for_absent(detail));
  default:
    break;
  }
  return service_error(response, action, "admin");
}

} // namespace chutes::service
