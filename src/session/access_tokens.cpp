#include "session/access_tokens.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cstddef>

namespace chutes::session {
namespace {

AccessToken token_of(const Credentials& credentials) {
  return {credentials.access_token, CredentialSource::session, credentials.expires_at, credentials.scope, {}};
}

} // namespace

AccessToken AccessTokens::obtain(std::optional<std::chrono::seconds> min_valid) {
  const auto chosen = choose_credential(m_vault, m_platform.environment, m_api_key_use);
  if (const auto* token = std::get_if<GivenToken>(&chosen))
    return {token->value, CredentialSource::environment, std::nullopt, {}, {}};
  if (const auto* key = std::get_if<ApiKey>(&chosen))
    return {key->value, CredentialSource::api_key, std::nullopt, {}, key->because};
  if (const auto* none = std::get_if<NoCredential>(&chosen))
    throw Error{none->reason};
  const auto& credentials = std::get<Credentials>(chosen);
  const auto wanted = min_valid ? *min_valid : default_margin(credentials);
  const auto now = m_platform.clock.now();
  if (credentials.fresh(now, wanted))
    return token_of(credentials);
  if (credentials.refused)
    throw refusal_error(*credentials.refused, m_vault.profile());
  if (!credentials.refresh_token && !min_valid && credentials.fresh(now, std::chrono::seconds{1}))
    return token_of(credentials); // nothing could replace it, and it lives
  return token_of(refresh(credentials, wanted));
}

std::chrono::seconds AccessTokens::default_margin(const Credentials& credentials) const {
  constexpr std::chrono::seconds margin{60};
  constexpr unsigned jitter = 16; // seconds, exclusive
  std::byte random_byte{};
  m_platform.random.fill({&random_byte, 1});
  const auto wanted = margin + std::chrono::seconds{std::to_integer<unsigned>(random_byte) % jitter};
  const auto lifetime = credentials.lifetime();
  return lifetime ? std::min(wanted, *lifetime / 2) : wanted;
}

std::optional<AccessToken> AccessTokens::replace(const AccessToken& refused) {
  if (refused.source != CredentialSource::session)
    return std::nullopt;
  const auto credentials = m_vault.find_session();
  if (!credentials)
    return std::nullopt;
  if (!(credentials->access_token == refused.value))
    return token_of(*credentials);
  if (!credentials->refresh_token)
    return std::nullopt;
  if (credentials->refused)
    throw refusal_error(*credentials->refused, m_vault.profile());
  return token_of(refresh(*credentials, std::chrono::seconds{0}));
}

Credentials AccessTokens::refresh_now() {
  const auto credentials = m_vault.find_session();
  if (!credentials)
    throw not_signed_in(m_vault.profile());
  return refresh(*credentials, std::chrono::seconds{0});
}

Credentials AccessTokens::refresh(const Credentials& seen, std::chrono::seconds min_valid) {
  return Refresh{m_vault, m_server, m_platform, m_ask}.run(seen, min_valid);
}

} // namespace chutes::session
