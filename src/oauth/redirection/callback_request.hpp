// The listener's own HTTP/1.1 reader: the bytes of a request head to a verdict, a pure function. It accepts
// what a browser sends when a person is redirected here, and nothing else.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace chutes::oauth {

struct CallbackRequest {
  std::string path;  // as written, starts with '/'
  std::string query; // without '?', still encoded; empty if there is none
};

// What is answered instead; nothing of the request is used.
struct RefusedRequest {
  int status = 400;
  std::string reason; // for tests; holds nothing of the request
};

// `authority` is the only Host that is ours ("127.0.0.1:28417"): anything else is DNS rebinding. Refused
// besides: other methods than GET (405), other versions than HTTP/1.x, absolute or ambiguous targets,
// repeated or missing Host, folded lines and control characters, requests from scripts and other sites' pages
// (Origin, or Sec-Fetch headers that name no navigation; 403), and prefetches, which must not spend the code
// (204).
[[nodiscard]] std::variant<CallbackRequest, RefusedRequest> read_callback_request(std::string_view head,
                                                                                  std::string_view authority);

} // namespace chutes::oauth
