// The access token of a batch, used from one thread for all requests: read once, refreshed when it is about
// to expire, and once when the service refuses it.
#pragma once

#include "cli/command/context.hpp"

#include <optional>

namespace chutes::cli {

class BatchTokens {
public:
  explicit BatchTokens(Context& context) : m_context(context), m_tokens(context.access_tokens()) {}

  // Throws as session::AccessTokens::obtain and Context::pair do.
  [[nodiscard]] const Secret& current();
  // Replaces the token after a 401 for `refused`; false if there is no other. Throws as
  // session::AccessTokens::replace does.
  [[nodiscard]] bool renew(const Secret& refused);

private:
  void take(session::AccessToken token);

  Context& m_context;
  session::AccessTokens m_tokens;
  std::optional<session::AccessToken> m_current;
  std::optional<Instant> m_due;
};

} // namespace chutes::cli
