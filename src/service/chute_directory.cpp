#include "service/chute_directory.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/form.hpp"
#include "service/bearer.hpp"
#include "service/paged_list.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {
namespace {

constexpr std::size_t page_size = 1000;
constexpr std::size_t most_pages = 400; // of 25 chutes, the service's default, 10,000
constexpr std::size_t largest_page = 64U << 20U;

Cord cord_of(const Json& json) {
  Cord cord;
  cord.path = string_field(json, "public_api_path").value_or("");
  cord.method = upper(string_field(json, "public_api_method").value_or("POST"));
  cord.function = string_field(json, "function").value_or("");
  cord.stream = bool_field(json, "stream").value_or(false);
  cord.output_content_type = string_field(json, "output_content_type").value_or("");
  if (const Json* schema = find_field(json, "input_schema"); schema != nullptr && schema->is_object())
    cord.input_schema = json_line(*schema);
  return cord;
}

Chute chute_of(const Json& json) {
  Chute chute;
  chute.chute_id = string_field(json, "chute_id").value_or("");
  chute.name = string_field(json, "name").value_or("");
  chute.slug = string_field(json, "slug").value_or("");
  chute.tagline = string_field(json, "tagline").value_or("");
  chute.standard_template = string_field(json, "standard_template").value_or("");
  chute.hot = bool_field(json, "hot").value_or(false);
  if (const Json* user = find_field(json, "user"))
    chute.username = string_field(*user, "username").value_or("");
  if (const Json* cords = find_field(json, "cords"); cords != nullptr && cords->is_array())
    for (const auto& entry : *cords)
      if (auto cord = cord_of(entry); cord.path.starts_with('/'))
        chute.cords.push_back(std::move(cord));
  chute.document = json_line(json);
  return chute;
}

// Adds the chutes of the list's next page to `chutes`.
void add_page(const HttpResponse& response, PagedList& list, std::vector<Chute>& chutes) {
  if (response.status != 200)
    throw service_error(response, "list the chutes");
  const Json document = parse_json(response.body).value_or(Json());
  for (const auto& item : list.objects_of(document))
    chutes.push_back(chute_of(item));
}

} // namespace

HttpResponse ChuteDirectory::get(const std::string& path_and_query, const Secret* api_key) const {
  const auto question = path_and_query.find('?');
  auto url = m_endpoints.api.with_path_added(path_and_query.substr(0, question));
  if (question != std::string::npos)
    url.query = path_and_query.substr(question + 1);
  HttpRequest request;
  if (api_key != nullptr)
    request = bearer_request(url, *api_key, m_endpoints);
  request.url = url;
  request.headers.emplace_back("Accept", "application/json");
  request.body_limit = largest_page;
  return m_http.send(request);
}

std::optional<Chute> ChuteDirectory::by_id_or_name(const std::string& word) const {
  const auto response = get("/chutes/" + percent_encode(word));
  if (response.status == 404 && !is_missing_route(response))
    return std::nullopt;
  if (response.status != 200)
    throw service_error(response, "show the chute");
  const auto document = parse_json(response.body);
  if (!document || !document->is_object())
    throw Error{ErrorKind::service, "the service did not answer with a chute", "try again"};
  auto chute = chute_of(*document);
  if (chute.slug.empty())
    throw Error{ErrorKind::service, "the service did not name a host for the chute", "try again"};
  return chute;
}

std::optional<std::string> ChuteDirectory::id_of(const std::string& field, const std::string& value,
                                                 const std::string& username) const {
  for (const auto& chute : pages("&" + encode_form({{field, value}}), nullptr)) {
    const std::string& found = field == "slug" ? chute.slug : chute.name;
    if (found == value && (username.empty() || chute.username == username))
      return chute.chute_id;
  }
  return std::nullopt;
}

std::optional<Chute> ChuteDirectory::find(const std::string& word) const {
  if (auto chute = by_id_or_name(word))
    return chute;
  std::optional<std::string> id;
  if (const auto slash = word.find('/'); slash != std::string::npos)
    id = id_of("name", word.substr(slash + 1), word.substr(0, slash));
  else
    id = id_of("slug", word, "");
  return id ? by_id_or_name(*id) : std::nullopt;
}

std::vector<Chute> ChuteDirectory::pages(const std::string& query, const Secret* api_key) const {
  PagedList list{"chutes", page_size};
  std::vector<Chute> chutes;
  for (std::size_t page = 0; page < most_pages && !list.ended(); ++page)
    add_page(
        get("/chutes/?limit=" + std::to_string(page_size) + "&page=" + std::to_string(page) + query, api_key),
        list, chutes);
  return chutes;
}

std::vector<Chute> ChuteDirectory::list(const std::string& filter) const {
  return pages(filter.empty() ? "" : "&" + encode_form({{"name", filter}}), nullptr);
}

std::vector<Chute> ChuteDirectory::list_of_owner(const std::string& filter, const Secret& api_key) const {
  auto chutes = pages("&include_public=false" + (filter.empty() ? "" : "&" + encode_form({{"name", filter}})),
                      &api_key);
  // The list of a dead token is that of anybody, who owns nothing.
  if (chutes.empty())
    if (const auto account = get("/users/me", &api_key); account.status != 200)
      throw service_error(account, "list the chutes");
  return chutes;
}

} // namespace chutes::service
