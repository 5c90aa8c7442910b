// The Error that a piece of code ends with, as a value to compare.
#pragma once

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <ostream>
#include <string>

namespace chutes::oauth {

struct Failure {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
  std::optional<int> status{};

  friend bool operator==(const Failure&, const Failure&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const Failure& failure) {
  return out << "kind " << static_cast<int>(failure.kind) << ", status " << failure.status.value_or(0) << ": "
             << failure.message;
}

template <typename Action>
Failure failure_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return {error.kind(), error.what(), error.status()};
  }
  return {ErrorKind::internal, "(no error)", std::nullopt};
}

} // namespace chutes::oauth
