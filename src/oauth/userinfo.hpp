// The userinfo endpoint (OpenID Connect Core §5.3): whose token this is.
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

// What claims say of the person (§5.1); absent if they name no subject.
[[nodiscard]] std::optional<UserInfo> user_info_in(const Json& claims);

struct UserInfoAnswer {
  HttpResponse response;        // as it came; a caller explains refusals
  std::optional<UserInfo> info; // absent unless the response is a 200 with a JSON object that names a subject
};

// Throws what `http` throws.
[[nodiscard]] UserInfoAnswer userinfo(const Url& endpoint, const Secret& access_token, HttpClient& http);

} // namespace chutes::oauth
