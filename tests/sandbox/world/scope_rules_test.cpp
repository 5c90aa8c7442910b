#include "sandbox/world/scope_rules.hpp"

#include <doctest/doctest.h>

namespace chutes::sandbox {
namespace {

const std::vector<std::string> account_routes{
    "/users/me",           "/users/me/quotas",          "/users/me/quota_usage/abc",   "/users/me/usage",
    "/users/me/discounts", "/users/me/price_overrides", "/users/me/subscription_usage"};
const std::vector<std::string> admin_routes{
    "/chutes/",  "/chutes/9f0c",   "/chutes/code/9f0c", "/chutes/warmup/9f0c",
    "/images/",  "/api_keys/",     "/secrets/",         "/model_aliases/",
    "/idp/apps", "/idp/apps/9f0c", "/users/0a1b",       "/users/0a1b/usage"};

TEST_CASE("the object type of an ordinary path is its last segment") {
  CHECK(resource_action("GET", "/idp/apps") == ResourceAction{"apps", "apps", "read"});
  CHECK(resource_action("GET", "/idp/apps/9f0c") == ResourceAction{"9f0c", "__list_or_invalid__", "read"});
  CHECK(resource_action("GET", "/chutes/") == ResourceAction{"", "__list_or_invalid__", "read"});
  CHECK(resource_action("GET", "/chutes/9f0c") == ResourceAction{"9f0c", "9f0c", "read"});
}

TEST_CASE("the action follows from the method") {
  CHECK(resource_action("HEAD", "/x").action == "read");
  CHECK(resource_action("POST", "/x").action == "write");
  CHECK(resource_action("PUT", "/x").action == "write");
  CHECK(resource_action("PATCH", "/x").action == "write");
  CHECK(resource_action("DELETE", "/x").action == "delete");
}

TEST_CASE("everything below /users/me is the account, except what has balance in its path") {
  CHECK(resource_action("GET", "/users/me").type == "account");
  CHECK(resource_action("GET", "/users/me/quotas").type == "account");
  CHECK(resource_action("GET", "/users/me/balance").type == "billing");
  CHECK(resource_action("GET", "/users/mean").type == "mean");
}

TEST_CASE("a POST below a chute and everything of end-to-end encryption is an invocation") {
  CHECK(resource_action("POST", "/chutes/9f0c/v1/x") == ResourceAction{"chutes", "9f0c", "invoke"});
  CHECK(resource_action("GET", "/e2e/instances/9f0c") == ResourceAction{"chutes", "9f0c", "invoke"});
  CHECK(resource_action("POST", "/e2e/invoke").action == "invoke");
  CHECK(resource_action("GET", "/chutes/9f0c/v1/x").action == "read");
}

TEST_CASE("any one of profile, account and quota opens the account routes") {
  for (const auto& route : account_routes)
    for (const std::string scope : {"profile", "profile:read", "account:read", "quota", "quota:read"}) {
      CAPTURE(route);
      CAPTURE(scope);
      CHECK(scopes_permit({"openid", scope}, resource_action("GET", route)));
    }
}

TEST_CASE("openid, balance and usage open no account route but balance its own") {
  for (const auto& route : account_routes)
    CHECK_FALSE(scopes_permit({"openid", "balance", "usage:read", "billing:read", "chutes:invoke"},
                              resource_action("GET", route)));
  CHECK(scopes_permit({"balance"}, resource_action("GET", "/users/me/balance")));
  CHECK(scopes_permit({"billing:read"}, resource_action("GET", "/users/me/balance")));
  CHECK_FALSE(scopes_permit({"profile"}, resource_action("GET", "/users/me/balance")));
}

TEST_CASE(
    "the catalogue and the registration open with admin alone, chutes:read and images:read open nothing") {
  for (const auto& route : admin_routes) {
    CAPTURE(route);
    CHECK(scopes_permit({"admin"}, resource_action("GET", route)));
    CHECK_FALSE(
        scopes_permit({"openid", "profile", "chutes:read", "images:read", "chutes:invoke", "account:read"},
                      resource_action("GET", route)));
  }
}

TEST_CASE("chutes:invoke opens every invocation, a one-chute scope its own") {
  CHECK(scopes_permit({"chutes:invoke"}, invocation_of("9f0c")));
  CHECK(scopes_permit({"chutes:*:invoke"}, invocation_of("9f0c")));
  CHECK(scopes_permit({"chutes:9f0c:invoke"}, invocation_of("9f0c")));
  CHECK_FALSE(scopes_permit({"chutes:9f0c:invoke"}, invocation_of("__megallm__")));
}

TEST_CASE("the documented form chutes:invoke:ID grants nothing") {
  CHECK_FALSE(scopes_permit({"chutes:invoke:9f0c"}, invocation_of("9f0c")));
}

TEST_CASE("an API key that is not an admin key reaches images, chutes and invocations at most") {
  CHECK(key_scopes_permit({"chutes:invoke"}, invocation_of("__megallm__")));
  CHECK_FALSE(key_scopes_permit({"account:read", "chutes:invoke"}, resource_action("GET", "/users/me")));
  CHECK_FALSE(key_scopes_permit({"chutes:invoke"}, resource_action("GET", "/idp/apps")));
}

const std::vector<std::string> ordinary{"openid", "profile", "chutes:invoke"};
const ResourceAction account = resource_action("GET", "/users/me");
const ResourceAction catalogue = resource_action("GET", "/chutes/");
const Refusal unknown_user{401, "Can't find a user with that api key in our db :("};
const Refusal lacks_scope{403, "Token does not have permission for this resource"};
const Refusal bad_key{401, "Invalid token or user not found"};

TEST_CASE("a route that requires a user refuses missing and invalid tokens") {
  CHECK(refusal_where_required(Credential::none, {}, account) == unknown_user);
  CHECK(refusal_where_required(Credential::invalid_token, {}, account) == unknown_user);
  CHECK(refusal_where_required(Credential::access_token, ordinary, account) == std::nullopt);
  CHECK(refusal_where_required(Credential::access_token, {"openid"}, account) == lacks_scope);
}

TEST_CASE("an admin key is accepted everywhere, a scoped or wrong key is refused as an unknown user") {
  CHECK(refusal_where_required(Credential::admin_key, {}, account) == std::nullopt);
  CHECK(refusal_where_required(Credential::scoped_key, {"chutes:invoke"}, account) == bad_key);
  CHECK(refusal_where_required(Credential::bad_key, {}, account) == bad_key);
  CHECK(refusal_where_required(Credential::malformed, {}, account) ==
        Refusal{401, "Missing or invalid authorization header(s)"});
  CHECK(refusal_where_required(Credential::bad_session, {}, account) == Refusal{401, "Invalid token."});
  CHECK(refusal_where_required(Credential::expired_session, {}, account) == Refusal{401, "Token expired."});
}

TEST_CASE("the public catalogue refuses a valid token without the scope, but treats an invalid one as none") {
  CHECK(refusal_where_optional(Credential::none, {}, catalogue) == std::nullopt);
  CHECK(refusal_where_optional(Credential::invalid_token, {}, catalogue) == std::nullopt);
  CHECK(refusal_where_optional(Credential::access_token, ordinary, catalogue) == lacks_scope);
  CHECK(refusal_where_optional(Credential::bad_key, {}, catalogue) == bad_key);
}

TEST_CASE("an invocation asks for authentication without a token and with an invalid one") {
  CHECK(refusal_of_invocation(Credential::none, {}, "x") == Refusal{401, "Authentication required."});
  CHECK(refusal_of_invocation(Credential::invalid_token, {}, "x") ==
        Refusal{401, "Authentication required."});
  CHECK(refusal_of_invocation(Credential::access_token, {"openid", "profile"}, "x") == lacks_scope);
  CHECK(refusal_of_invocation(Credential::access_token, ordinary, "x") == std::nullopt);
  CHECK(refusal_of_invocation(Credential::scoped_key, {"chutes:invoke"}, "x") == std::nullopt);
}

} // namespace
} // namespace chutes::sandbox
