// What the service's framework (FastAPI) answers by itself, before any route or credential is looked at:
// another method, a slash too many or too few, a path that nobody serves.
#pragma once

namespace httplib {
struct Request;
struct Response;
} // namespace httplib

namespace chutes::sandbox {

// True: the path is known, but not with this method (405) or not written exactly so (307), and that was
// answered.
[[nodiscard]] bool refuse_inexact(const httplib::Request& request, httplib::Response& response);
void answer_not_found(httplib::Response& response);

} // namespace chutes::sandbox
