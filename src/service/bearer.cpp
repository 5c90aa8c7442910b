#include "service/bearer.hpp"

#include "base/error.hpp"

namespace chutes::service {

HttpRequest bearer_request(const Url& url, const Secret& token, const Endpoints& endpoints) {
  if (!endpoints.may_receive_token(url))
    throw Error{ErrorKind::usage, "a token may not be sent to " + url.host,
                "only the service's own hosts get it; see CHUTES_API_URL and CHUTES_HOST_TEMPLATE"};
  HttpRequest request;
  request.url = url;
  request.headers = {{"Authorization", "Bearer " + token.reveal()}, {"Accept", "application/json"}};
  return request;
}

} // namespace chutes::service
