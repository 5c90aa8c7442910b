// Turns an error response of the service into an Error: the status decides the kind, the body's `detail`, in
// any of its forms, gives the reason; neither HTML nor submitted input is repeated.
#pragma once

#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "platform/http_client.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chutes::service {

// `action` completes "the service refused to …", for example "list the chutes". 401 gives sign_in_needed, 403
// forbidden, 402 and 429 limit, any other status service; with the status and, if there is one, the
// invocation id. The hint says when to try again if the response does; that of a 401 is empty, because only
// the caller knows which credential was refused. `scope` is the scope that the call needs. Unless that is
// `invocation_scope`, an answer as in `is_missing_route` gives service, and the hint `address_hint`.
[[nodiscard]] Error service_error(const HttpResponse& response, std::string_view action,
                                  std::string_view scope = "");

inline constexpr std::string_view invocation_scope = "chutes:invoke";

// Whether the service has no route for the request, so that its base URL is probably wrong: the service takes
// every such request for the invocation of a chute, and asks for authentication (401) or finds no chute
// (404). Means nothing for an invocation.
[[nodiscard]] bool is_missing_route(const HttpResponse& response);
// Whether the service found no chute or no cord for an invocation, which is so of every model where the base
// URL is wrong.
[[nodiscard]] bool is_unmatched_invocation(const HttpResponse& response);
// The error for a response as in `is_missing_route`.
[[nodiscard]] Error missing_route_error(const HttpResponse& response, std::string_view action);
// A token that may not invoke gets this 403 instead, the same as from a route whose scope it lacks: whether
// the route is missing is known from the scopes that the token has (service/scope_rights.hpp).
inline constexpr std::string_view no_permission = "Token does not have permission for this resource";
inline constexpr const char* address_hint = "check the addresses that are set for the service: "
                                            "CHUTES_API_URL, CHUTES_IDP_BASE_URL and CHUTES_LLM_URL";

// Returns the scope that the refused credential lacks, if `service_error` made `error` of such a refusal.
[[nodiscard]] std::optional<std::string> missing_scope(const Error& error);

// Returns the reason given in the body: `detail` as text, its `message` (or that of an engine's `error` in
// it), or the fields of a 422 list; else `error` with its description, or `message`; else plain text of at
// most 200 bytes. One line; empty if there is none of these, or HTML.
[[nodiscard]] std::string error_detail(const std::string& body);
// The same for a body that has been parsed.
[[nodiscard]] std::string detail_of(const Json& document);

} // namespace chutes::service
