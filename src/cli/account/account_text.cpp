#include "cli/account/account_text.hpp"

#include "base/terminal_text.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {

Json session_json(const session::Credentials& credentials, const std::string& profile, store::StoreKind store,
                  Instant now) {
  Json json{{"profile", profile},
            {"username", credentials.username},
            {"sub", credentials.sub},
            {"scope", credentials.scope}};
  json["expires_at"] = credentials.expires_at ? Json(rfc3339(*credentials.expires_at)) : Json(nullptr);
  json["expires_in"] = credentials.expires_at ? Json((*credentials.expires_at - now).count()) : Json(nullptr);
  json["refresh_token"] = credentials.refresh_token.has_value();
  json["store"] = store::name_of(store);
  return json;
}

std::string expiry_text(const session::Credentials& credentials, Instant now) {
  if (!credentials.expires_at)
    return "at an unknown time";
  return relative_time(*credentials.expires_at, now) + " (" + rfc3339(*credentials.expires_at) + ")";
}

std::string who(const session::Credentials& credentials) {
  constexpr std::size_t longest_name = 100;
  if (!credentials.username.empty())
    return one_line(credentials.username, longest_name);
  return credentials.sub.empty() ? "an account the service did not name"
                                 : one_line(credentials.sub, longest_name);
}

} // namespace chutes::cli
