// The token a batch sends, from one thread for all that is under way: read once, renewed when it is due, and
// once when the service refuses it.
#pragma once

#include "cli/command/context.hpp"

#include <optional>

namespace chutes::cli {

class BatchTokens {
public:
  explicit BatchTokens(Context& context) : m_context(context), m_tokens(context.access_tokens()) {}

  // Throws as session::AccessTokens::obtain, and as Context::require_for.
  [[nodiscard]] const Secret& current();
  // After a 401 for `refused`. False: there is no other to send. Throws as session::AccessTokens::replace.
  [[nodiscard]] bool renew(const Secret& refused);

private:
  void take(session::AccessToken token);

  Context& m_context;
  session::AccessTokens m_tokens;
  std::optional<session::AccessToken> m_current;
  std::optional<Instant> m_due;
};

} // namespace chutes::cli
