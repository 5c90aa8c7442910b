// Fuzzes the token response: it gives tokens that fit a header, or a refusal, or an error that can be
// displayed. The first line of an input is the status.
#include "oauth/token_response.hpp"

#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "fuzz/fuzz.hpp"

#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::oauth;

namespace {

void check_token(const std::optional<Secret>& token, const Json& document, const char* name) {
  if (!token)
    return;
  fuzz::require(!token->empty() && token->reveal() == string_field(document, name));
  fuzz::require_line(token->reveal(), 16384);
  fuzz::require(token->reveal().find_first_of(" \x80\xff") == std::string::npos);
}

void check(const TokenResponse& tokens, const HttpResponse& response) {
  const auto document = parse_json(response.body);
  fuzz::require(response.status / 100 == 2 && document.has_value());
  check_token(tokens.access_token, *document, "access_token");
  check_token(tokens.refresh_token, *document, "refresh_token");
  check_token(tokens.id_token, *document, "id_token");
  if (tokens.expires_in)
    fuzz::require(tokens.expires_in->count() >= 0 && tokens.expires_in->count() < 1000000000);
  if (tokens.scope)
    fuzz::require(parse_scope(scope_text(*tokens.scope)) == *tokens.scope);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const int status = fuzz::take_status(text);
  const HttpResponse response{status, {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}, std::string{text}};
  try {
    const auto answer = read_token_answer(response);
    if (const auto* tokens = std::get_if<TokenResponse>(&answer)) {
      check(*tokens, response);
      return 0;
    }
    const auto& refusal = std::get<TokenRefusal>(answer);
    fuzz::require(refusal.status == status && status / 100 != 2);
    fuzz::require_line(refusal.error, 200);
    fuzz::require_line(refusal.description, 200);
  } catch (const Error& error) {
    fuzz::require(error.kind() == (status == 429 ? ErrorKind::limit : ErrorKind::service));
    fuzz::require(error.status() == status);
    fuzz::require_line(error.what(), 80); // which leaves no room for the body
  }
  return 0;
}
