// The only way a credential gets into a request.
#pragma once

#include "base/secret.hpp"
#include "platform/http_client.hpp"
#include "service/endpoints.hpp"

namespace chutes::service {

// A GET of `url` that carries `token` (RFC 6750 §2.1). Throws Error{usage} if the token may not be sent
// there.
[[nodiscard]] HttpRequest bearer_request(const Url& url, const Secret& token, const Endpoints& endpoints);

} // namespace chutes::service
