// Fuzzes the service's error responses: any body gives one line and a hint, and the status alone decides the
// kind of error. The first line of an input is the status, the second the request id.
#include "base/json_fields.hpp"
#include "fuzz/fuzz.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

namespace {

ErrorKind kind_of(int status) {
  if (status == 401)
    return ErrorKind::sign_in_needed;
  if (status == 403)
    return ErrorKind::forbidden;
  return status == 402 || status == 429 ? ErrorKind::limit : ErrorKind::service;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const int status = fuzz::take_status(text);
  const std::string id{fuzz::take_line(text)};
  const HttpResponse response{status, {{"X-Chutes-InvocationID", id}}, std::string{text}};
  const auto detail = error_detail(response.body);
  fuzz::require_line(detail, 300);
  if (!parse_json(response.body))
    fuzz::require(detail.find('<') == std::string::npos); // never HTML
  const auto error = service_error(response, "the balance", "account:read");
  fuzz::require(error.kind() == kind_of(status) && error.status() == status);
  fuzz::require_line(error.what(), 350);
  fuzz::require_line(error.hint(), 250);
  fuzz::require_line(error.request_id(), 100);
  fuzz::require(std::string_view{error.what()}.find(detail) != std::string_view::npos);
  return 0;
}
