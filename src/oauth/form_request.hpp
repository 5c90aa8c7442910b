// A POST of form fields, as every OAuth endpoint wants it.
#pragma once

#include "base/form.hpp"
#include "oauth/client_credentials.hpp"
#include "platform/http_client.hpp"

namespace chutes::oauth {

// Sends `fields` once, with `client` as the one who asks (may be null), and wipes every copy of them made
// here, also when sending fails. Throws what `http` throws.
[[nodiscard]] HttpResponse send_form(const Url& url, FormFields fields, HttpClient& http,
                                     const ClientCredentials* client = nullptr);

} // namespace chutes::oauth
