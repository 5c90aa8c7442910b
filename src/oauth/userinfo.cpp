#include "oauth/userinfo.hpp"

#include "base/json_fields.hpp"

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

UserInfoAnswer userinfo(const Url& endpoint, const Secret& access_token, HttpClient& http) {
  HttpRequest request;
  request.url = endpoint;
  request.headers = {{"Authorization", "Bearer " + access_token.reveal()}, {"Accept", "application/json"}};
  UserInfoAnswer answer{http.send(request), std::nullopt};
  const auto claims = answer.response.status == 200 ? parse_json(answer.response.body) : std::nullopt;
  if (!claims)
    return answer;
  if (auto sub = string_field(*claims, "sub"))
    answer.info = UserInfo{std::move(*sub), username_in(*claims)};
  return answer;
}

} // namespace chutes::oauth
