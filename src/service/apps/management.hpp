// Requests to the routes that manage apps and authorizations, where the service wants an admin API key or a
// session with the scope `admin`; its refusals explained; its lists read page by page.
#pragma once

#include "base/error.hpp"
#include "base/form.hpp"
#include "base/json_fields.hpp"
#include "base/secret.hpp"
#include "platform/http_client.hpp"
#include "service/endpoints.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace chutes::service {

class Management {
public:
  // `credential` may only be sent to the identity provider of `endpoints`. All references must outlive this.
  Management(const Endpoints& endpoints, const Secret& credential, HttpClient& http)
      : m_endpoints(endpoints), m_credential(credential), m_http(http) {}

  // Any status is an answer. `path` is below the identity provider's base; `body` may be null.
  [[nodiscard]] HttpResponse send(const char* method, std::string_view path, const Json* body) const;
  // The JSON object of a 2xx answer. Throws `management_error` for any other status, Error{service} for
  // another body.
  [[nodiscard]] Json ask(const char* method, std::string_view path, std::string_view what,
                         const Json* body = nullptr) const;
  // The objects of a list, in an array: all its pages, or the first `most`. Throws as `ask`, and
  // Error{service} for a list that does not end.
  [[nodiscard]] Json list(std::string_view path, FormFields query, std::string_view what,
                          std::size_t most) const;

  // What `ask` makes of an answer.
  [[nodiscard]] static Json object_of(const HttpResponse& response, std::string_view what);

private:
  const Endpoints& m_endpoints;
  const Secret& m_credential;
  HttpClient& m_http;
};

// `what` completes "the service refused …". forbidden for a credential without the right (a key that is no
// admin key gets the same 401 as none at all) and for scopes the account may not register; usage for what the
// caller can put right (400, 409, 422: a name that is taken, each field that breaks a rule); else as
// `service_error`.
[[nodiscard]] Error management_error(const HttpResponse& response, std::string_view what);

} // namespace chutes::service
