// Tells requests of web pages from those of programs: any page that is open in a browser on this machine can
// send requests here, and with DNS rebinding even read the answers.
#pragma once

namespace httplib {
struct Request;
} // namespace httplib

namespace chutes::sandbox {

// Whether the request has an Origin, comes from another site by its Sec-Fetch-Site, or names a Host that is
// not this machine (127.0.0.1, [::1], localhost and the names below it, on any port).
[[nodiscard]] bool is_from_web_page(const httplib::Request& request);

} // namespace chutes::sandbox
