#include "oauth/redirection/authorization_response.hpp"

#include "base/form.hpp"
#include "base/terminal_text.hpp"

namespace chutes::oauth {

std::variant<AuthorizationResponse, NotOurs> validate_response(std::string_view query, const State& state,
                                                               const IssuerPolicy& issuer) {
  const auto fields = parse_form(query);
  if (!fields)
    return NotOurs{"broken percent-encoding"};
  const auto given_state = single_field(*fields, "state");
  if (!given_state || !state.matches(*given_state))
    return NotOurs{"state"};
  for (const auto& [name, value] : *fields)
    if (count_field(*fields, name) > 1)
      return NotOurs{"repeated parameter"}; // RFC 6749 §3.1
  constexpr std::size_t longest_issuer = 200;
  const auto iss = single_field(*fields, "iss");
  if (iss ? *iss != issuer.issuer : issuer.promised)
    return AuthorizationResponse{ForeignResponse{one_line(iss.value_or(""), longest_issuer)}};
  auto code = single_field(*fields, "code");
  const auto error = single_field(*fields, "error");
  if (code.has_value() == error.has_value() || (code ? code->empty() : error->empty()))
    return NotOurs{"neither a code nor an error"};
  if (code)
    return AuthorizationResponse{AuthorizationCode{Secret{std::move(*code)}}};
  constexpr std::size_t longest_error = 100;
  constexpr std::size_t longest_description = 300;
  return AuthorizationResponse{AuthorizationError{
      one_line(*error, longest_error),
      one_line(single_field(*fields, "error_description").value_or(""), longest_description)}};
}

} // namespace chutes::oauth
