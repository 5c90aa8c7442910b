#include "sandbox/models/catalogue_routes.hpp"

#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/query.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace chutes::sandbox {
namespace {

constexpr std::string_view list_path = "/chutes/";
constexpr std::string_view warmup_path = "/chutes/warmup/";
constexpr const char* not_found = "Chute not found, or does not belong to you";

struct CatalogueRequest {
  SandboxState& state;
  const Catalogue& catalogue;
  const httplib::Request& request;
  httplib::Response& response;
};

Viewer viewer_of(const Caller& caller) {
  return caller.known() ? Viewer{caller.holder.user_id} : Viewer{};
}

const Chute* visible_chute(const CatalogueRequest& asked, std::string_view id_or_name, const Caller& caller) {
  const Chute* chute = asked.catalogue.find(id_or_name);
  return chute != nullptr && Catalogue::visible(*chute, viewer_of(caller)) ? chute : nullptr;
}

void answer_list(const CatalogueRequest& asked, const Caller& caller) {
  QueryReader reader{asked.request};
  ChuteQuery query;
  query.include_public = reader.flag("include_public", false);
  query.include_schemas = reader.flag("include_schemas", false);
  query.standard_template = reader.text("template");
  query.name = reader.text("name");
  query.exclude = reader.text("exclude");
  query.slug = reader.text("slug");
  query.page = reader.whole("page", 0, 0, 100);
  query.limit = reader.whole("limit", 25, 1, 5000);
  if (reader.has("offset"))
    query.offset = reader.whole("offset", 0, 0, 5000);
  if (reader.refused(asked.response))
    return;
  if (query.offset && query.page > 0)
    answer_detail(asked.response, 400, "Cannot use both page and offset");
  else
    answer_json(asked.response, asked.catalogue.list(query, viewer_of(caller)));
}

void answer_one(const CatalogueRequest& asked, const Caller& caller) {
  const auto id_or_name = std::string_view{asked.request.path}.substr(list_path.size());
  if (const Chute* chute = visible_chute(asked, id_or_name, caller))
    answer_json(asked.response, chute_details(*chute));
  else
    answer_detail(asked.response, 404, not_found);
}

std::string event(const char* status, const std::string& log) {
  return "data: " + json_line({{"status", status}, {"log", log}}) + "\n\n";
}

void answer_warmup(const CatalogueRequest& asked, const Caller& caller) {
  const auto id_or_name = std::string_view{asked.request.path}.substr(warmup_path.size());
  const Chute* chute = visible_chute(asked, id_or_name, caller);
  if (chute == nullptr)
    return answer_detail(asked.response, 404, not_found);
  if (account_balance(settings_of(caller)) <= 0)
    return answer_detail(asked.response, 402, "Warming up a chute needs a positive balance.");
  const char* status = chute->hot ? "hot" : "cold";
  const Json instances = chute_instances(*chute);
  if (QueryReader{asked.request}.flag("quick", false))
    return answer_json(asked.response, {{"chute_id", chute->chute_id},
                                        {"status", status},
                                        {"instance_count", instances.size()},
                                        {"bounty", 0},
                                        {"instances", instances}});
  asked.response.status = 200;
  asked.response.set_header("Cache-Control", "no-cache");
  asked.response.set_content(event("cold", "looking for instances of " + chute->name) +
                                 event(status, chute->hot ? "chute is hot" : "no instance came up"),
                             "text/event-stream");
}

} // namespace

bool answer_catalogue(SandboxState& state, const Catalogue& catalogue, const httplib::Request& request,
                      httplib::Response& response) {
  const CatalogueRequest asked{state, catalogue, request, response};
  const std::string_view path = request.path;
  if (!path.starts_with(list_path))
    return false;
  const Caller caller = state.caller(request);
  const auto wanted = resource_action(request.method, path);
  const bool warmup = path.starts_with(warmup_path);
  const auto refusal = warmup ? refusal_where_required(caller.credential, caller.scopes, wanted)
                              : refusal_where_optional(caller.credential, caller.scopes, wanted);
  if (refusal)
    answer_refusal(response, *refusal);
  else if (warmup)
    answer_warmup(asked, caller);
  else if (path == list_path)
    answer_list(asked, caller);
  else
    answer_one(asked, caller);
  return true;
}

} // namespace chutes::sandbox
