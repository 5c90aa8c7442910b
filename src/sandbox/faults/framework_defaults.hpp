// The responses that the service's framework (FastAPI) gives before it checks routes or credentials: a wrong
// method, a slash too many or too few, an unknown path.
#pragma once

namespace httplib {
struct Request;
struct Response;
} // namespace httplib

namespace chutes::sandbox {

// Answers 405 if the path is known but not with this method, 307 if it differs from a known one by a final
// slash; returns false otherwise.
[[nodiscard]] bool answer_inexact(const httplib::Request& request, httplib::Response& response);
// Answers 404.
void answer_not_found(httplib::Response& response);

} // namespace chutes::sandbox
