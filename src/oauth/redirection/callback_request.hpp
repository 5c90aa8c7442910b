// Parses the HTTP/1.1 request head that the listener receives. Accepts what a browser sends when a person is
// redirected here, and nothing else.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace chutes::oauth {

struct CallbackRequest {
  std::string path;  // as sent, starts with '/'
  std::string query; // without '?', still encoded; empty if there is none
};

// The status to answer with; nothing of the request is used.
struct RefusedRequest {
  int status = 400;
  std::string reason; // for tests; quotes nothing of the request
};

// `authority` is the only accepted Host ("127.0.0.1:28417"); any other is DNS rebinding (421). Also refuses
// methods other than GET (405), versions other than HTTP/1.x, absolute or ambiguous targets, a repeated or
// missing Host, folded lines and control characters, requests from scripts and pages of other sites (Origin,
// or Sec-Fetch headers that are not a navigation; 403), and prefetches, which must not use up the code (204).
[[nodiscard]] std::variant<CallbackRequest, RefusedRequest> read_callback_request(std::string_view head,
                                                                                  std::string_view authority);

} // namespace chutes::oauth
