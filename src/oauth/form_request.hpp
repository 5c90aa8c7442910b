// A POST request with form fields, as the OAuth endpoints expect it.
#pragma once

#include "base/form.hpp"
#include "oauth/client_credentials.hpp"
#include "oauth/request_limit.hpp"
#include "platform/http_client.hpp"

namespace chutes::oauth {

// Sends `fields` once, with the credentials of `client` (may be null), and wipes every copy of them that it
// makes, also when sending fails. No --timeout makes the patience with a silent server shorter than
// `least_idle_limit`. Throws what `http` throws, and Error{network} after `request_limit`.
[[nodiscard]] HttpResponse send_form(const Url& url, FormFields fields, HttpClient& http,
                                     const ClientCredentials* client = nullptr,
                                     std::chrono::milliseconds least_idle_limit = {});

} // namespace chutes::oauth
