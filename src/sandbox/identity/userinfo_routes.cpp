// /idp/userinfo, /idp/scopes and the discovery document, as recorded from the service's published server code
// on 2026-11-27.
#include "sandbox/identity/identity.hpp"
#include "sandbox/identity/scope_list.hpp"
#include "sandbox/world/api_answer.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::sandbox {
namespace {

void answer_userinfo_request(IdentityContext& context, const httplib::Request& request,
                             httplib::Response& response) {
  const auto header = request.get_header_value("Authorization");
  if (!header.starts_with("Bearer ")) {
    answer_detail(response, 401, "Missing or invalid authorization header");
    return;
  }
  const Token* token = usable_token(context, header.substr(7));
  if (token == nullptr) {
    answer_detail(response, 401, "Invalid or expired token");
    return;
  }
  const auto opens = [](const std::string& scope) {
    return scope == "openid" || scope == "profile" || scope == "account:read" || scope == "admin";
  };
  if (std::none_of(token->scopes.begin(), token->scopes.end(), opens)) {
    answer_detail(response, 403, "Token does not have required scope (openid, profile, or account:read)");
    return;
  }
  const auto& user =
      context.records.users.at(context.records.authorizations.at(token->authorization_id).user_id);
  answer_json(response, {{"sub", user.user_id},
                         {"username", user.username},
                         {"created_at", moment_with_offset(user.created_at)}});
}

// Names the service itself, whatever host asks, and methods that it refuses.
void answer_discovery(httplib::Response& response) {
  const std::string issuer = "https://api.chutes.ai";
  Json names = Json::array();
  const Json listed = listed_scopes();
  for (const auto& item : listed.items())
    names.push_back(item.key());
  answer_json(response, {{"issuer", issuer},
                         {"authorization_endpoint", issuer + "/idp/authorize"},
                         {"token_endpoint", issuer + "/idp/token"},
                         {"userinfo_endpoint", issuer + "/idp/userinfo"},
                         {"revocation_endpoint", issuer + "/idp/token/revoke"},
                         {"introspection_endpoint", issuer + "/idp/token/introspect"},
                         {"scopes_supported", names},
                         {"response_types_supported", {"code"}},
                         {"response_modes_supported", {"query"}},
                         {"grant_types_supported", {"authorization_code", "refresh_token"}},
                         {"token_endpoint_auth_methods_supported",
                          {"client_secret_post", "client_secret_basic", "none"}},
                         {"code_challenge_methods_supported", {"plain", "S256"}},
                         {"service_documentation", "https://docs.chutes.ai/oauth"},
                         {"subject_types_supported", {"public"}},
                         {"claims_supported", {"sub", "username", "created_at"}}});
}

} // namespace

bool answer_userinfo(IdentityContext& context, const httplib::Request& request, httplib::Response& response) {
  if (request.method != "GET")
    return false;
  if (request.path == "/idp/userinfo")
    answer_userinfo_request(context, request, response);
  else if (request.path == "/idp/scopes")
    answer_json(response, {{"scopes", listed_scopes()}});
  else if (request.path == "/.well-known/openid-configuration")
    answer_discovery(response);
  else
    return false;
  return true;
}

} // namespace chutes::sandbox
