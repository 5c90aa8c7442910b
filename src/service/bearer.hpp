// Adds a credential to a request; no other code does.
#pragma once

#include "base/secret.hpp"
#include "platform/http_client.hpp"
#include "service/endpoints.hpp"

namespace chutes::service {

// Throws Error{usage} unless a token may be sent to `url`. For callers that connect before they build a
// request.
void require_own_host(const Url& url, const Endpoints& endpoints);

// Returns a GET of `url` that carries `token` (RFC 6750 §2.1). Throws as require_own_host does.
[[nodiscard]] HttpRequest bearer_request(const Url& url, const Secret& token, const Endpoints& endpoints);

} // namespace chutes::service
