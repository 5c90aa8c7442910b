// A user with an admin key who registers apps, and the service's answers to them.
#pragma once

#include "base/json_fields.hpp"
#include "fakes/world.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace chutes::flows {

inline const std::string apps_url = "https://api.chutes.ai/idp/apps";
inline const std::string app_id = "aaaaaaaa-1111-2222-3333-444444444444";
inline const std::string app_json =
    R"({"app_id":")" + app_id +
    R"(","client_id":"cid_1","user_id":"u-1","name":"Shop","description":"All you need",)"
    R"("redirect_uris":["https://shop.example/cb"],"homepage_url":null,"logo_url":null,"active":true,)"
    R"("public":false,"refresh_token_lifetime_days":30,"created_at":"2026-01-02T03:04:05","updated_at":null})";
inline const std::string created_json =
    app_json.substr(0, app_json.size() - 1) + R"(,"client_secret":"csc_canary"})";
inline const std::string renewed_json =
    R"({"app_id":")" + app_id + R"(","client_id":"cid_1","client_secret":"csc_canary"})";
inline const std::string scopes_file = "/home/ada/.local/state/chutes-login/app-scopes.json";
inline const std::string rescue_file = "/home/ada/.local/state/chutes-login/rescued-cid_1.secret";

struct AppOwner : fakes::World {
  AppOwner() { variables = {{"CHUTES_API_KEY", "cpk_admin"}, {"HOME", "/home/ada"}}; }

  std::vector<std::string> create(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"app",  "create",         "--name",
                                   "Shop", "--redirect-uri", "https://shop.example/cb"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  fakes::ScriptedHttp::Exchange& expect_creation() {
    return http.expect("POST", apps_url, 200, created_json);
  }
  void expect_find() { http.expect("GET", apps_url + "/cid_1", 200, app_json); }
  void expect_named(const std::string& name, const std::vector<std::string>& apps) {
    std::string items;
    for (const auto& app : apps)
      items += (items.empty() ? "" : ",") + app;
    http.expect("GET",
                apps_url + "?include_public=false&include_shared=false&search=" + name + "&limit=100&page=0",
                200, R"({"total":)" + std::to_string(apps.size()) + R"(,"items":[)" + items + "]}");
  }

  [[nodiscard]] bool says(const std::string& text) const {
    return terminal.errors.find(text) != std::string::npos;
  }
  [[nodiscard]] bool secret_was_shown() const {
    return (terminal.output + terminal.errors).find("csc_canary") != std::string::npos;
  }
};

} // namespace chutes::flows
