// Whole sentences for people live in golden files only, so that a change of wording is one renewed file:
// tests compare kinds, exit codes and facts, and hand the text itself to check_golden.
#pragma once

#include <string>

namespace chutes {

// Compares `text` with what tests/golden/messages/FILE.txt holds for the running test case: the first call of
// a case with its first text there, the second with the second, … FILE is the name of the test's source file
// without "_test.cpp". With CHUTES_WRITE_GOLDEN=1 the cases that run are written instead, when the program
// ends:
//   CHUTES_WRITE_GOLDEN=1 build/tests/tests/oauth/test_oauth
// What differs from run to run (ports, temporary paths) is for the caller to replace first.
void check_golden(const std::string& text);

// The folder of the tests' sources, without a slash at its end.
[[nodiscard]] std::string tests_folder();

} // namespace chutes
