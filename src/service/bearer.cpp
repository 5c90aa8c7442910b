#include "service/bearer.hpp"

#include "base/error.hpp"

namespace chutes::service {

void require_own_host(const Url& url, const Endpoints& endpoints) {
  if (!endpoints.may_receive_token(url))
    throw Error{ErrorKind::usage, "refusing to send a token to " + url.host,
                "tokens go only to the service's own hosts; set CHUTES_API_URL or CHUTES_HOST_TEMPLATE to "
                "change them"};
}

HttpRequest bearer_request(const Url& url, const Secret& token, const Endpoints& endpoints) {
  require_own_host(url, endpoints);
  HttpRequest request;
  request.url = url;
  request.headers = {{"Authorization", "Bearer " + token.reveal()}, {"Accept", "application/json"}};
  return request;
}

} // namespace chutes::service
