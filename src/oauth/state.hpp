// The `state` of an authorization request (RFC 6749 §10.12): ties the response to this sign-in.
#pragma once

#include "platform/random.hpp"

#include <string>
#include <string_view>

namespace chutes::oauth {

class State {
public:
  [[nodiscard]] static State generate(Random& random); // 256 bits
  explicit State(std::string value) : m_value(std::move(value)) {}

  [[nodiscard]] const std::string& value() const { return m_value; }
  // Compares in constant time.
  [[nodiscard]] bool matches(std::string_view candidate) const;

private:
  std::string m_value;
};

} // namespace chutes::oauth
