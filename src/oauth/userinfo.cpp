#include "oauth/userinfo.hpp"

#include "oauth/request_limit.hpp"

#include <nlohmann/json.hpp>

namespace chutes::oauth {
namespace {

std::string username_in(const Json& claims) {
  for (const char* name : {"username", "preferred_username", "name"})
    if (auto text = string_field(claims, name); text && !text->empty())
      return std::move(*text);
  return {};
}

} // namespace

std::optional<UserInfo> user_info_in(const Json& claims) {
  auto sub = string_field(claims, "sub");
  if (!sub)
    return std::nullopt;
  return UserInfo{std::move(*sub), username_in(claims)};
}

UserInfoAnswer userinfo(const Url& endpoint, const Secret& access_token, HttpClient& http) {
  HttpRequest request;
  request.url = endpoint;
  request.headers = {{"Authorization", "Bearer " + access_token.reveal()}, {"Accept", "application/json"}};
  request.whole_limit = request_limit;
  UserInfoAnswer answer{http.send(request), std::nullopt};
  if (const auto claims = answer.response.status == 200 ? parse_json(answer.response.body) : std::nullopt)
    answer.info = user_info_in(*claims);
  return answer;
}

} // namespace chutes::oauth
