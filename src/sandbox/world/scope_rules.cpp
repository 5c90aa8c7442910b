#include "sandbox/world/scope_rules.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace chutes::sandbox {
namespace {

constexpr std::string_view no_object = "__list_or_invalid__";

std::string action_of(std::string_view method) {
  if (method == "POST" || method == "PUT" || method == "PATCH")
    return "write";
  return method == "DELETE" ? "delete" : "read";
}

// The scopes whose name is not TYPE:ACTION.
struct NamedScope {
  std::string_view name;
  std::string_view type;
  std::string_view action;
};
constexpr std::array named_scopes{
    NamedScope{"profile", "account", "read"},   NamedScope{"profile:read", "account", "read"},
    NamedScope{"quota", "account", "read"},     NamedScope{"quota:read", "account", "read"},
    NamedScope{"balance", "billing", "read"},   NamedScope{"balance:read", "billing", "read"},
    NamedScope{"usage", "invocations", "read"}, NamedScope{"usage:read", "invocations", "read"},
};

struct Grant {
  std::string type;
  std::string id; // empty: any object
  std::string action;
};

std::optional<Grant> grant_of(std::string_view scope) {
  const auto* named = std::find_if(named_scopes.begin(), named_scopes.end(),
                                   [scope](const NamedScope& known) { return known.name == scope; });
  if (named != named_scopes.end())
    return Grant{std::string{named->type}, {}, std::string{named->action}};
  const auto pieces = split(scope, ':');
  if (pieces.size() == 2)
    return Grant{pieces[0], {}, pieces[1]};
  if (pieces.size() == 3)
    return Grant{pieces[0], pieces[1] == "*" ? "" : pieces[1], pieces[2]};
  return std::nullopt;
}

bool scope_permits(std::string_view scope, const ResourceAction& wanted) {
  if (scope == "admin")
    return true;
  const auto grant = grant_of(scope);
  return grant && grant->type == wanted.type && grant->action == wanted.action &&
         (grant->id.empty() || grant->id == wanted.id);
}

} // namespace

ResourceAction resource_action(std::string_view method, std::string_view path) {
  const auto pieces = split(path, '/'); // pieces[0] precedes the leading slash and is empty
  const bool one_object = pieces.size() == 3 && !pieces[1].empty() && !pieces[2].empty();
  const std::string id{one_object ? pieces[2] : std::string{no_object}};

  if (path == "/users/me" || path.starts_with("/users/me/"))
    return {path.find("/balance") != std::string_view::npos ? "billing" : "account", id, action_of(method)};
  if (method == "POST" && pieces.size() >= 4 && pieces[1] == "chutes" && !pieces[2].empty())
    return {"chutes", pieces[2], "invoke"};
  if (path.starts_with("/e2e/"))
    return {"chutes", pieces.size() >= 4 ? pieces[3] : std::string{no_object}, "invoke"};
  return {pieces.back(), id, action_of(method)};
}

ResourceAction invocation_of(std::string_view id) {
  return {"chutes", std::string{id}, "invoke"};
}

bool scopes_permit(const std::vector<std::string>& scopes, const ResourceAction& wanted) {
  return std::any_of(scopes.begin(), scopes.end(),
                     [&wanted](const std::string& scope) { return scope_permits(scope, wanted); });
}

bool key_scopes_permit(const std::vector<std::string>& scopes, const ResourceAction& wanted) {
  constexpr std::array<std::string_view, 3> key_types{"images", "chutes", "invocations"};
  return std::find(key_types.begin(), key_types.end(), wanted.type) != key_types.end() &&
         scopes_permit(scopes, wanted);
}

std::optional<Refusal> refusal_where_optional(Credential credential, const std::vector<std::string>& scopes,
                                              const ResourceAction& wanted) {
  if (credential == Credential::bad_key)
    return Refusal{401, "Invalid token or user not found"};
  if (credential == Credential::malformed)
    return Refusal{401, "Missing or invalid authorization header(s)"};
  if (credential == Credential::bad_session)
    return Refusal{401, "Invalid token."};
  if (credential == Credential::expired_session)
    return Refusal{401, "Token expired."};
  if (credential == Credential::access_token && !scopes_permit(scopes, wanted))
    return Refusal{403, "Token does not have permission for this resource"};
  if (credential == Credential::scoped_key && !key_scopes_permit(scopes, wanted))
    return Refusal{401, "Invalid token or user not found"};
  return std::nullopt;
}

std::optional<Refusal> refusal_where_required(Credential credential, const std::vector<std::string>& scopes,
                                              const ResourceAction& wanted) {
  if (credential == Credential::none || credential == Credential::invalid_token)
    return Refusal{401, "Can't find a user with that api key in our db :("};
  return refusal_where_optional(credential, scopes, wanted);
}

std::optional<Refusal> refusal_where_unrouted(Credential credential, const std::vector<std::string>& scopes,
                                              const ResourceAction& wanted) {
  if (credential == Credential::none || credential == Credential::invalid_token)
    return Refusal{401, "Authentication required."};
  return refusal_where_optional(credential, scopes, wanted);
}

std::optional<Refusal> refusal_of_invocation(Credential credential, const std::vector<std::string>& scopes,
                                             std::string_view chute_id) {
  return refusal_where_unrouted(credential, scopes, invocation_of(chute_id));
}

} // namespace chutes::sandbox
