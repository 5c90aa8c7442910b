// A person in front of a browser, for whole sign-ins with fakes.
#pragma once

#include "base/form.hpp"
#include "flows/signed_in.hpp"

#include <functional>
#include <string>

namespace chutes::flows {

inline constexpr const char* token_json =
    R"({"access_token":"cak_new","token_type":"Bearer","expires_in":3600,"refresh_token":"crt_new","scope":"openid profile chutes:invoke"})";
inline constexpr const char* userinfo_json =
    R"({"sub":"u-1","username":"ada","created_at":"2026-01-01T00:00:00+00:00"})";

inline std::string get(const std::string& target, const std::string& host) {
  return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

inline FormFields query_of(const Url& url) {
  return *parse_form(url.query.value_or(""));
}

// The person: follows the start address as a browser would, and comes back with what `decide` makes of the
// request.
struct Person {
  explicit Person(fakes::World& in) : world(in) {
    world.variables = {{"DISPLAY", ":0"},
                       {"CHUTES_OAUTH_CLIENT_ID", "cid_example"},
                       {"CHUTES_OAUTH_CLIENT_SECRET", "csc_secret"}};
    world.browser.on_open = [this](const Url& start) {
      opened = start;
      world.loopback.heads.push_back(get(start.target(), start.authority()));
    };
    world.loopback.on_empty = [this] {
      if (late > 0) {
        --late;
        world.clock.advance(std::chrono::seconds{1});
      } else if (!came_back && !world.loopback.answers.empty() && decide) {
        came_back = true;
        const auto& answer = world.loopback.answers.back();
        const auto begin = answer.find("Location: ") + 10;
        request = *Url::parse(answer.substr(begin, answer.find("\r\n", begin) - begin));
        const auto query = query_of(request);
        const auto redirect_uri = *Url::parse(*single_field(query, "redirect_uri"));
        world.loopback.heads.push_back(get(redirect_uri.path + "?" + decide(query), opened.authority()));
      } else if (came_back && world.loopback.answers.back().find("Location: /done") != std::string::npos) {
        world.loopback.heads.push_back(get("/done", opened.authority()));
      } else {
        world.clock.advance(std::chrono::seconds{1});
      }
    };
  }

  static std::string approve(const FormFields& query) {
    return encode_form({{"code", "the-code"}, {"state", *single_field(query, "state")}});
  }

  fakes::World& world;
  Url opened;
  Url request;
  bool came_back = false;
  int late = 0; // seconds that they take
  std::function<std::string(const FormFields&)> decide = approve;
};

} // namespace chutes::flows
