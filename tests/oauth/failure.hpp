// The Error that a piece of code ends with, as a value to compare; its sentences are for golden files.
#pragma once

#include "base/error.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <ostream>
#include <string>

namespace chutes::oauth {

struct Failure {
  ErrorKind kind = ErrorKind::internal;
  std::optional<int> status{};
  std::string message{}; // not compared
  std::string hint{};    // likewise

  [[nodiscard]] std::string text() const { return message + (hint.empty() ? "" : "\nhint: " + hint); }

  friend bool operator==(const Failure& a, const Failure& b) {
    return a.kind == b.kind && a.status == b.status;
  }
};

inline std::ostream& operator<<(std::ostream& out, const Failure& failure) {
  return out << "kind " << static_cast<int>(failure.kind) << ", status " << failure.status.value_or(0) << ": "
             << failure.message;
}

inline constexpr const char* no_error = "(no error)";

template <typename Action>
Failure failure_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return {error.kind(), error.status(), error.what(), error.hint()};
  }
  return {ErrorKind::internal, std::nullopt, no_error, {}};
}

// The sentences that the rows of a table are refused with, for one golden text.
class Sentences {
public:
  void add(const std::string& row, const std::string& sentence) {
    CHECK_MESSAGE(sentence != no_error, row);
    m_text += (m_text.empty() ? "" : "\n") + (row.empty() ? "(empty)" : row) + "\n    " + sentence;
  }
  // Compares them with the golden file.
  void check() const { check_golden(m_text); }

private:
  std::string m_text;
};

} // namespace chutes::oauth
