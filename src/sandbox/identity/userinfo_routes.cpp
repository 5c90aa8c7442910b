// /idp/userinfo, /idp/scopes and the discovery document, which advertises what the service then refuses.
#include "sandbox/identity/identity.hpp"
#include "sandbox/identity/scope_list.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/identifiers.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::sandbox {
namespace {

std::string with_offset(Instant instant) {
  auto text = rfc3339(instant);
  text.replace(text.size() - 1, 1, "+00:00");
  return text;
}

void answer_userinfo_request(IdentityDesk& desk, const httplib::Request& request,
                             httplib::Response& response) {
  const auto header = request.get_header_value("Authorization");
  if (!header.starts_with("Bearer ")) {
    answer_detail(response, 401, "Missing or invalid authorization header");
    return;
  }
  const Token* token = usable_token(desk, header.substr(7));
  if (token == nullptr) {
    answer_detail(response, 401, "Invalid or expired token");
    return;
  }
  const auto opens = [](const std::string& scope) {
    return scope == "openid" || scope == "profile" || scope == "profile:read" || scope == "account:read" ||
           scope == "admin";
  };
  if (std::none_of(token->scopes.begin(), token->scopes.end(), opens)) {
    answer_detail(response, 403, "Token does not have required scope (openid, profile, or account:read)");
    return;
  }
  const auto& user = desk.records.users.at(desk.records.authorizations.at(token->authorization_id).user_id);
  answer_json(
      response,
      {{"sub", user.user_id}, {"username", user.username}, {"created_at", with_offset(user.created_at)}});
}

// The endpoints are where this request reached us, so that a client that discovers them arrives here again.
void answer_discovery(const IdentityDesk& desk, const httplib::Request& request,
                      httplib::Response& response) {
  const std::string base = desk.rules.scheme + "://" + request.get_header_value("Host");
  Json names = Json::array();
  const Json listed = listed_scopes();
  for (const auto& item : listed.items())
    names.push_back(item.key());
  answer_json(response, {{"issuer", base},
                         {"authorization_endpoint", base + "/idp/authorize"},
                         {"token_endpoint", base + "/idp/token"},
                         {"userinfo_endpoint", base + "/idp/userinfo"},
                         {"revocation_endpoint", base + "/idp/token/revoke"},
                         {"introspection_endpoint", base + "/idp/token/introspect"},
                         {"scopes_supported", names},
                         {"response_types_supported", {"code"}},
                         {"response_modes_supported", {"query"}},
                         {"grant_types_supported", {"authorization_code", "refresh_token"}},
                         {"token_endpoint_auth_methods_supported",
                          {"client_secret_post", "client_secret_basic", "none"}},
                         {"code_challenge_methods_supported", {"plain", "S256"}},
                         {"subject_types_supported", {"public"}},
                         {"claims_supported", {"sub", "username", "created_at"}}});
}

} // namespace

bool answer_userinfo(IdentityDesk& desk, const httplib::Request& request, httplib::Response& response) {
  if (request.method != "GET")
    return false;
  if (request.path == "/idp/userinfo")
    answer_userinfo_request(desk, request, response);
  else if (request.path == "/idp/scopes")
    answer_json(response, {{"scopes", listed_scopes()}});
  else if (request.path == "/.well-known/openid-configuration")
    answer_discovery(desk, request, response);
  else if (request.path == "/idp/cli_login/nonce")
    answer_json(response, {{"nonce", random_uuid()}});
  else
    return false;
  return true;
}

} // namespace chutes::sandbox
