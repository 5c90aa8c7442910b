#include "oauth/id_token/jws.hpp"

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/json_fields.hpp"
#include "base/terminal_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::oauth {
namespace {

struct Parts {
  std::string_view header, payload, signature; // still encoded
  std::string_view before_signature;
};

Parts parts_of(std::string_view text) {
  const auto dots = std::count(text.begin(), text.end(), '.');
  if (dots == 4)
    throw untrusted_id_token("is encrypted, which was not requested"); // RFC 7516 §3.1
  if (dots != 2)
    throw untrusted_id_token("is not a signed token");
  const auto first = text.find('.');
  const auto second = text.find('.', first + 1);
  return {text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1),
          text.substr(0, second)};
}

std::string decoded(std::string_view part) {
  auto bytes = base64url_decode(part);
  if (!bytes)
    throw untrusted_id_token("is not a signed token");
  return std::move(*bytes);
}

SignatureAlgorithm algorithm_in(const Json& header) {
  constexpr std::size_t longest_name = 20;
  const auto name = string_field(header, "alg");
  if (!name)
    throw untrusted_id_token("does not say how it is signed");
  const auto algorithm = signature_algorithm(*name);
  if (!algorithm)
    throw untrusted_id_token("is signed with the algorithm '" + one_line(*name, longest_name) +
                             "', which is not accepted");
  return *algorithm;
}

void require_ordinary(const Json& header) {
  if (find_field(header, "crit") != nullptr)
    throw untrusted_id_token("requires an unknown extension");
  if (find_field(header, "typ") == nullptr)
    return;
  const auto type = lower(string_field(header, "typ").value_or(""));
  if (type != "jwt" && type != "application/jwt")
    throw untrusted_id_token("is a token of another kind");
}

} // namespace

Jws parse_jws(std::string_view text) {
  const auto parts = parts_of(text);
  const auto header = parse_json(decoded(parts.header));
  if (!header || !header->is_object())
    throw untrusted_id_token("is not a signed token");
  require_ordinary(*header);
  const auto* id = find_field(*header, "kid");
  if (id != nullptr && !id->is_string())
    throw untrusted_id_token("is not a signed token");
  return {algorithm_in(*header), string_field(*header, "kid"), std::string{parts.before_signature},
          decoded(parts.payload), decoded(parts.signature)};
}

std::string jws_payload(std::string_view text) {
  return decoded(parts_of(text).payload);
}

Error untrusted_id_token(const std::string& reason, const std::string& hint) {
  return {ErrorKind::not_authorized, "the server's ID token cannot be trusted: it " + reason, hint};
}

} // namespace chutes::oauth
