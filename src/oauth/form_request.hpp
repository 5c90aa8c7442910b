// A POST of form fields, as every OAuth endpoint wants it.
#pragma once

#include "base/form.hpp"
#include "platform/http_client.hpp"

namespace chutes::oauth {

[[nodiscard]] inline HttpRequest form_request(const Url& url, const FormFields& fields) {
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = encode_form(fields);
  request.body_limit = 1U << 20U;
  return request;
}

} // namespace chutes::oauth
