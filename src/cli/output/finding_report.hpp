// What a command says that walks through a setup and looks at one thing after the other.
#pragma once

#include "cli/command/context.hpp"
#include "service/finding.hpp"

#include <vector>

namespace chutes::cli {

class FindingReport {
public:
  // `check_columns`: room for the longest name of a check, and two spaces.
  FindingReport(int check_columns, Context& context) : m_check_columns(check_columns), m_context(context) {}

  // Prints the finding: in columns on a terminal, else a line of tab-separated verdict, check, detail and
  // hint. With --json nothing yet.
  void add(Finding finding);

  // Prints the document, with --json: an array of check, result, detail and, where there is one, hint. Throws
  // an Error of the first failed finding's kind, unless nothing failed.
  void end() const;

private:
  [[nodiscard]] std::string lines_for_people(const Finding& finding) const;

  int m_check_columns;
  Context& m_context;
  std::vector<Finding> m_findings;
};

} // namespace chutes::cli
