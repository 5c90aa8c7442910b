// Prints the results of checks, one after another: for `doctor` and `app verify`.
#pragma once

#include "base/terminal_text.hpp"
#include "cli/command/context.hpp"
#include "service/diagnostic.hpp"

#include <vector>

namespace chutes::cli {

class DiagnosticReport {
public:
  // `check_columns` is the width of the column for the names of checks, with two spaces behind the longest.
  DiagnosticReport(int check_columns, Context& context)
      : m_check_columns(check_columns), m_context(context) {}

  // Prints one result: in columns on a terminal, else as a line of tab-separated verdict, check, detail and
  // hint. Prints nothing yet with --json.
  void add(Diagnostic diagnostic);

  // With --json, prints the array of results: check, result, detail and, if there is one, hint. Throws an
  // Error of the first failed check's kind if a check failed.
  void end() const;

private:
  [[nodiscard]] StyledText lines_for_people(const Diagnostic& diagnostic) const;

  int m_check_columns;
  Context& m_context;
  std::vector<Diagnostic> m_diagnostics;
};

} // namespace chutes::cli
