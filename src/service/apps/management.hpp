// Sends requests to the routes that manage apps and authorizations, for which the service requires an admin
// API key or a session with the scope `admin`; explains refusals and reads lists page by page.
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
  // Sends `credential` only to the identity provider of `endpoints`. All references must outlive this.
  Management(const Endpoints& endpoints, const Secret& credential, HttpClient& http)
      : m_endpoints(endpoints), m_credential(credential), m_http(http) {}

  // Returns the response whatever its status. `path` is below the identity provider's base URL; `body` may be
  // null.
  [[nodiscard]] HttpResponse send(const char* method, std::string_view path, const Json* body) const;
  // Returns the JSON object of a 2xx response. Throws `management_error` for any other status, Error{service}
  // for any other body.
  [[nodiscard]] Json ask(const char* method, std::string_view path, std::string_view action,
                         const Json* body = nullptr) const;
  // Returns the objects of a list, in an array: all its pages, or the first `most`. Throws as `ask` does, and
  // Error{service} for a list that does not end.
  [[nodiscard]] Json list(std::string_view path, FormFields query, std::string_view action,
                          std::size_t most) const;

  // What `ask` makes of a response.
  [[nodiscard]] static Json object_of(const HttpResponse& response, std::string_view action);

private:
  const Endpoints& m_endpoints;
  const Secret& m_credential;
  HttpClient& m_http;
};

// Whether the service says that it has no such app, or none that the account may see or change. Any other 404
// is not of these routes, and says nothing about the app.
[[nodiscard]] bool is_unknown_app(const HttpResponse& response);

// `action` completes "the service refused to …". The kind is forbidden for a credential without the
// permission (a key that is not an admin key gets the same 401 as no key) and for scopes the account may not
// register; usage for what the caller can fix (400, 409, 422: a name that is taken, fields that break a
// rule); else as in `service_error`. A 404 that is not of these routes, and what `is_missing_route` says of
// the others, points at the service's address.
[[nodiscard]] Error management_error(const HttpResponse& response, std::string_view action);

} // namespace chutes::service
