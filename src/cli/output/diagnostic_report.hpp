// What a command says that walks through a setup and looks at one thing after the other.
#pragma once

#include "cli/command/context.hpp"
#include "service/diagnostic.hpp"

#include <vector>

namespace chutes::cli {

class DiagnosticReport {
public:
  // `check_columns`: room for the longest name of a check, and two spaces.
  DiagnosticReport(int check_columns, Context& context)
      : m_check_columns(check_columns), m_context(context) {}

  // Prints the finding: in columns on a terminal, else a line of tab-separated verdict, check, detail and
  // hint. With --json nothing yet.
  void add(Diagnostic diagnostic);

  // Prints the document, with --json: an array of check, result, detail and, where there is one, hint. Throws
  // an Error of the first failed finding's kind, unless nothing failed.
  void end() const;

private:
  [[nodiscard]] std::string lines_for_people(const Diagnostic& diagnostic) const;

  int m_check_columns;
  Context& m_context;
  std::vector<Diagnostic> m_diagnostics;
};

} // namespace chutes::cli
