// An unwelcome answer of the service, explained: the status decides the kind, the body's `detail` in whatever
// shape it comes supplies the words, and neither HTML nor submitted input is ever repeated.
#pragma once

#include "base/error.hpp"
#include "platform/http_client.hpp"

#include <string>
#include <string_view>

namespace chutes::service {

// `what` completes "the service refused …", for example "the balance". 401 sign_in_needed, 403 forbidden, 402
// and 429 limit, all else service; with status and, where sent, the invocation id; the hint says when to come
// back, where the answer does. `scope` is what the call
// needs; a refusal for want of a scope names it.
[[nodiscard]] Error service_error(const HttpResponse& response, std::string_view what,
                                  std::string_view scope = "");

// What the body says of the reason: `detail` as text, its `message` (or that of an engine's `error` in it),
// or the fields of a 422 list; else `error` with its description, or `message`. One line; empty if nothing of
// that is there (HTML, plain text over 200 bytes).
[[nodiscard]] std::string error_detail(const std::string& body);

} // namespace chutes::service
