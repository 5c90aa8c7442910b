// The only way a credential gets into a request.
#pragma once

#include "base/secret.hpp"
#include "platform/http_client.hpp"
#include "service/endpoints.hpp"

namespace chutes::service {

// Throws Error{usage} if a token may not be sent there. For who connects before the request is made.
void require_own_host(const Url& url, const Endpoints& endpoints);

// A GET of `url` that carries `token` (RFC 6750 §2.1). Throws as require_own_host.
[[nodiscard]] HttpRequest bearer_request(const Url& url, const Secret& token, const Endpoints& endpoints);

} // namespace chutes::service
