#include "oauth/client_credentials.hpp"

#include "base/base64.hpp"

namespace chutes::oauth {

void add_client(const ClientCredentials& client, FormFields& fields, HttpHeaders& headers) {
  if (client.client_secret && client.method == ClientAuthMethod::client_secret_basic) {
    const Secret both{encode_form_value(client.client_id) + ":" +
                      encode_form_value(client.client_secret->reveal())};
    headers.emplace_back("Authorization", "Basic " + base64_encode(both.reveal()));
    return;
  }
  fields.emplace_back("client_id", client.client_id);
  if (client.client_secret)
    fields.emplace_back("client_secret", client.client_secret->reveal());
}

std::optional<std::string> secret_in_header(std::string_view authorization) {
  constexpr std::string_view scheme = "Basic ";
  if (!authorization.starts_with(scheme))
    return std::nullopt;
  const auto both = base64_decode(authorization.substr(scheme.size()));
  const auto colon = both ? both->find(':') : std::string::npos;
  if (colon == std::string::npos)
    return std::nullopt;
  const auto fields = parse_form("secret=" + both->substr(colon + 1));
  return fields ? single_field(*fields, "secret") : std::nullopt;
}

} // namespace chutes::oauth
