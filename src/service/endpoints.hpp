// The base URLs of the service: the API, the identity provider and the hosts of models and chutes, with the
// environment variables that change them. Also decides where a token may be sent.
#pragma once

#include "base/url.hpp"
#include "platform/environment.hpp"

#include <string>
#include <string_view>

namespace chutes::service {

struct Endpoints {
  Url api;                   // CHUTES_API_URL, https://api.chutes.ai
  Url idp;                   // CHUTES_IDP_BASE_URL, else the API's URL
  std::string host_template; // CHUTES_HOST_TEMPLATE, https://{host}.chutes.ai
  Url llm;                   // CHUTES_LLM_URL, else the template with "llm"

  // Throws Error{usage} naming the variable whose value is not an https (or loopback) URL.
  [[nodiscard]] static Endpoints from(const Environment& environment);

  // Returns the base URL of a host ("embed", "image", or a chute's slug). Throws Error{usage} if `name` is
  // not a valid host label.
  [[nodiscard]] Url host(std::string_view name) const;

  // Whether a credential may be sent to `url`: one of these endpoints, a host that the template yields, or,
  // as long as the API is below chutes.ai, any https URL below chutes.ai.
  [[nodiscard]] bool may_receive_token(const Url& url) const;
};

} // namespace chutes::service
