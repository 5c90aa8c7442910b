// The lists of what an account owns besides apps: API keys, and the secrets, images and aliases of models, of
// which no account of the sandbox has any.
#include "sandbox/identity/identity.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/page.hpp"
#include "sandbox/world/query.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::sandbox {
namespace {

// The same id for the same text at every start: the records hold only the key's digest.
std::string id_of(const std::string& digest, std::size_t at) {
  const auto part = [&](std::size_t from, std::size_t count) { return digest.substr(at + from, count); };
  return part(0, 8) + "-" + part(8, 4) + "-4" + part(13, 3) + "-8" + part(17, 3) + "-" + part(20, 12);
}

Json key_scopes(const ApiKey& key) {
  Json scopes = Json::array();
  for (const auto& scope : key.scopes)
    scopes.push_back({{"scope_id", id_of(key.digest, 32)},
                      {"object_type", scope.substr(0, scope.find(':'))},
                      {"object_id", nullptr},
                      {"method", scope.substr(scope.find(':') + 1)}});
  return scopes;
}

Json api_keys_of(const IdentityContext& context, const std::string& user_id) {
  Json items = Json::array();
  for (const auto& key : context.records.api_keys)
    if (key.user_id == user_id)
      items.push_back({{"api_key_id", id_of(key.digest, 0)},
                       {"user_id", user_id},
                       {"admin", key.admin},
                       {"name", key.admin ? "admin" : "scoped"},
                       {"created_at", naive_moment(context.records.users.at(user_id).created_at)},
                       {"last_used_at", nullptr},
                       {"scopes", key_scopes(key)}});
  std::reverse(items.begin(), items.end()); // newest first
  return items;
}

} // namespace

bool answer_lists(const IdentityContext& context, const Caller& caller, const httplib::Request& request,
                  httplib::Response& response) {
  const auto& path = request.path;
  const bool pages = path == "/api_keys/" || path == "/secrets/" || path == "/images/";
  if (!pages && path != "/model_aliases/")
    return false;
  if (const auto refusal =
          refusal_where_required(caller.credential, caller.scopes, resource_action(request.method, path))) {
    answer_refusal(response, *refusal);
    return true;
  }
  QueryReader query{request};
  const PageQuery page{query.integer("page", 0), query.integer("limit", 25)};
  if (query.refused(response))
    return true;
  if (pages)
    answer_or_fail(response, list_page_of(path == "/api_keys/" ? api_keys_of(context, caller.holder.user_id)
                                                               : Json::array(),
                                          page));
  else
    answer_json(response, Json::array());
  return true;
}

} // namespace chutes::sandbox
