// The userinfo endpoint (OpenID Connect Core §5.3): the account of a token.
#pragma once

#include "base/json_fields.hpp"
#include "base/secret.hpp"
#include "platform/http_client.hpp"

#include <optional>
#include <string>

namespace chutes::oauth {

struct UserInfo {
  std::string sub;
  std::string username; // `username`, else `preferred_username`, `name`, or empty
};

// Reads the account from claims (§5.1); absent if they name no subject.
[[nodiscard]] std::optional<UserInfo> user_info_in(const Json& claims);

struct UserInfoAnswer {
  HttpResponse response;        // unchanged; callers explain errors
  std::optional<UserInfo> info; // absent unless its status is 200 and its JSON names a subject
};

// Asks the endpoint. Throws what `http` throws.
[[nodiscard]] UserInfoAnswer userinfo(const Url& endpoint, const Secret& access_token, HttpClient& http);

} // namespace chutes::oauth
