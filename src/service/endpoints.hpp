// Where the service is: the API, the identity provider and the hosts that models and chutes answer at, with
// the variables that move them. Also the one rule about where a token may go.
#pragma once

#include "base/url.hpp"
#include "platform/environment.hpp"

#include <string>
#include <string_view>

namespace chutes::service {

struct Endpoints {
  Url api;                   // CHUTES_API_URL, https://api.chutes.ai
  Url idp;                   // CHUTES_IDP_BASE_URL, else the API's
  std::string host_template; // CHUTES_HOST_TEMPLATE, https://{host}.chutes.ai
  Url llm;                   // CHUTES_LLM_URL, else the template with "llm"

  // Throws Error{usage} naming the variable that does not hold an https (or loopback) URL.
  [[nodiscard]] static Endpoints from(const Environment& environment);

  // The base URL of a host ("embed", "image", or a chute's slug). Throws Error{usage} if `name` is no host
  // label.
  [[nodiscard]] Url host(std::string_view name) const;

  // Whether a credential may be sent to `url`: it is one of these endpoints, a host the template makes, or,
  // as long as the API itself is there, https below chutes.ai.
  [[nodiscard]] bool may_receive_token(const Url& url) const;
};

} // namespace chutes::service
