#include "oauth/id_token/signing_keys.hpp"

#include "oauth/request_limit.hpp"

#include <algorithm>
#include <utility>

namespace chutes::oauth {

SigningKeys::SigningKeys(Url jwks_uri, HttpClient& http)
    : m_uri(std::move(jwks_uri)), m_http(http), m_keys(fetch()) {}

KeySet SigningKeys::fetch() const {
  constexpr std::size_t largest_set = 256U << 10U;
  HttpRequest request;
  request.url = m_uri;
  request.headers = {{"Accept", "application/json"}};
  request.body_limit = largest_set;
  request.whole_limit = request_limit;
  const auto response = m_http.send(request);
  auto keys = response.status == 200 ? parse_key_set(response.body) : std::nullopt;
  if (!keys)
    throw Error{ErrorKind::service, m_uri.host + " did not provide the keys that verify its ID tokens",
                "try again; if that does not help, the server is out of order"}
        .with_status(response.status);
  return std::move(*keys);
}

KeySet SigningKeys::candidates(const Jws& jws) {
  auto found = keys_for(m_keys, jws.algorithm, jws.key_id);
  if (!found.empty() || std::exchange(m_fetched_again, true))
    return found;
  m_keys = fetch();
  return keys_for(m_keys, jws.algorithm, jws.key_id);
}

void SigningKeys::require_signature(const Jws& jws) {
  const auto keys = candidates(jws);
  if (keys.empty())
    throw untrusted_id_token("is signed with a key that the server does not publish");
  const bool signed_by_one = std::any_of(keys.begin(), keys.end(), [&](const SigningKey& key) {
    return key.key.verifies(jws.algorithm, jws.signed_text, jws.signature);
  });
  if (!signed_by_one)
    throw untrusted_id_token("was not signed by the server");
}

} // namespace chutes::oauth
