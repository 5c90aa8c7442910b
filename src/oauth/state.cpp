#include "oauth/state.hpp"

#include "base/secret.hpp"
#include "platform/random_text.hpp"

namespace chutes::oauth {

State State::generate(Random& random) {
  constexpr std::size_t bytes = 32;
  return State{random_text(random, bytes)};
}

bool State::matches(std::string_view candidate) const {
  return !m_value.empty() && equal_in_constant_time(m_value, candidate);
}

} // namespace chutes::oauth
