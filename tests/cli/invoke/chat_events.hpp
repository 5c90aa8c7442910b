#pragma once

#include "flows/signed_in.hpp"

#include <string>
#include <string_view>

namespace chutes::flows {

inline constexpr const char* chat_url = "https://llm.chutes.ai/v1/chat/completions";

inline std::string said(std::string_view text) {
  return R"(data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":")" +
         std::string{text} + "\"}}]}\n\n";
}

inline std::string finished(std::string_view reason) {
  return R"(data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":")" +
         std::string{reason} + "\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":20}}\n\n";
}

inline const std::string done_marker = "data: [DONE]\n\n";

// Somebody is signed in, and the model answers once with these pieces.
inline fakes::ScriptedHttp::Exchange& answer(fakes::World& world, std::vector<std::string> pieces) {
  sign_in_beforehand(world);
  auto& exchange = world.http.expect("POST", chat_url, 200);
  exchange.pieces = std::move(pieces);
  exchange.response.headers = {{"X-Chutes-InvocationID", "inv-1"}};
  return exchange;
}

// The session is refreshed once: its access token is "cak_second" then.
inline void expect_refresh(fakes::World& world) {
  world.http.expect(
      "POST", "https://api.chutes.ai/idp/token", 200,
      R"({"access_token":"cak_second","token_type":"Bearer","expires_in":3600,"refresh_token":"crt_second","scope":"openid"})");
}

} // namespace chutes::flows
