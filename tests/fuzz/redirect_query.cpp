// Fuzzes the parser of a redirect's query: nothing without our state is accepted, and accepted values are
// clean.
#include "base/form.hpp"
#include "fuzz/fuzz.hpp"
#include "oauth/redirection/authorization_response.hpp"

using namespace chutes;
using namespace chutes::oauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto query = fuzz::text_of(data, size);
  const State state{"our-state"};
  if (const auto fields = parse_form(query)) // parsed fields survive encoding and parsing again
    fuzz::require(parse_form(encode_form(*fields)) == fields);
  const auto judged = validate_response(query, state, {"https://idp.example.org", false});
  const auto* response = std::get_if<AuthorizationResponse>(&judged);
  if (response == nullptr)
    return 0;
  const auto fields = parse_form(query);
  fuzz::require(fields && single_field(*fields, "state") == state.value());
  if (const auto* code = std::get_if<AuthorizationCode>(response)) {
    fuzz::require(!code->code.empty() && single_field(*fields, "code") == code->code.reveal());
  } else if (const auto* foreign = std::get_if<ForeignResponse>(response)) {
    fuzz::require(single_field(*fields, "iss") != "https://idp.example.org");
    fuzz::require(foreign->issuer.empty() || foreign->issuer.size() <= 200);
  } else {
    fuzz::require_line(std::get<AuthorizationError>(*response).error, 100);
    fuzz::require_line(std::get<AuthorizationError>(*response).description, 300);
  }
  return 0;
}
