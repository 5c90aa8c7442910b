#include "cli/batch/batch_tokens.hpp"

#include <algorithm>

namespace chutes::cli {

const Secret& BatchTokens::current() {
  if (!m_current || (m_due && m_context.platform.clock.now() >= *m_due))
    take(m_tokens.obtain(std::nullopt));
  return m_current->value;
}

bool BatchTokens::renew(const Secret& refused) {
  if (!m_current || !(m_current->value == refused))
    return true; // replaced already, after the 401 of another request
  auto next = m_tokens.replace(*m_current);
  if (next)
    take(std::move(*next));
  return next.has_value();
}

void BatchTokens::take(session::AccessToken token) {
  m_context.pair(token, m_context.endpoints.llm); // a batch goes to the service's hosts only
  constexpr std::chrono::seconds margin{60};
  m_due.reset();
  if (token.expires_at) {
    const auto left = *token.expires_at - m_context.platform.clock.now();
    m_due = *token.expires_at - std::min<std::chrono::seconds>(margin, left / 2);
  }
  m_current = std::move(token);
}

} // namespace chutes::cli
