// Error messages in tests: the facts are compared here, the sentence around them in a golden file.
#pragma once

#include "base/error.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

namespace chutes {

// A part of a message that differs from run to run, and what stands for it in the golden file.
struct SaidFact {
  std::string text;
  const char* name;
};

// Checks that `message` contains every fact and, with the facts replaced by their names, is the text that the
// golden file has for this test case.
inline void check_said(std::string message, std::initializer_list<SaidFact> facts = {}) {
  CHECK_FALSE(message.empty());
  for (const auto& fact : facts) {
    const auto at = message.find(fact.text);
    REQUIRE_MESSAGE(at != std::string::npos, message << " does not name " << fact.text);
    for (auto next = at; next != std::string::npos; next = message.find(fact.text, next + 1))
      message.replace(next, fact.text.size(), std::string{"<"} + fact.name + ">");
  }
  check_golden(message);
}

// The same for something with a kind and a message, as tests collect failures.
template <typename Failed>
void check_said(const Failed& failed, ErrorKind kind, std::initializer_list<SaidFact> facts = {}) {
  CHECK(failed.kind == kind);
  check_said(failed.message, facts);
}

} // namespace chutes
