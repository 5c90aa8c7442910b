#include "cli/output/diagnostic_report.hpp"

#include "base/ascii.hpp"
#include "base/number_text.hpp"
#include "base/terminal_text.hpp"
#include "cli/output/wrapped_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_text = 1000; // bytes; a result may quote a server
constexpr int verdict_columns = 9;

const char* name_of(Verdict verdict) {
  switch (verdict) {
  case Verdict::ok:
    return "ok";
  case Verdict::warning:
    return "warning";
  case Verdict::failed:
    return "failed";
  case Verdict::skipped:
    break;
  }
  return "skipped";
}

Style style_of(Verdict verdict) {
  switch (verdict) {
  case Verdict::ok:
    return Style::green;
  case Verdict::warning:
    return Style::yellow;
  case Verdict::failed:
    return Style::bold_red;
  case Verdict::skipped:
    break;
  }
  return Style::dim;
}

// At least one space behind the text.
std::string padded(const std::string& text, int columns) {
  return pad_right(text + " ", static_cast<std::size_t>(columns));
}

std::string for_people(std::string check) {
  std::replace(check.begin(), check.end(), '_', ' ');
  return check;
}

std::string line_for_programs(const Diagnostic& diagnostic) {
  return std::string{name_of(diagnostic.verdict)} + "\t" + diagnostic.check + "\t" +
         one_line(diagnostic.detail, longest_text) + "\t" + one_line(diagnostic.hint, longest_text) + "\n";
}

Json document_of(const Diagnostic& diagnostic) {
  Json document{
      {"check", diagnostic.check}, {"result", name_of(diagnostic.verdict)}, {"detail", diagnostic.detail}};
  if (!diagnostic.hint.empty())
    document["hint"] = diagnostic.hint;
  return document;
}

} // namespace

// Verdict and check in columns, with detail and hint beside them, or below on a narrow terminal.
StyledText DiagnosticReport::lines_for_people(const Diagnostic& diagnostic) const {
  const int indent = verdict_columns + m_check_columns;
  const int width = page_width(m_context.platform.terminal.width());
  const bool beside = width >= 2 * indent;
  const auto verdict = padded(name_of(diagnostic.verdict), verdict_columns);
  StyledText text;
  text.add(m_context.colour_output() ? style_of(diagnostic.verdict) : Style::plain, verdict);
  text.add(padded(for_people(diagnostic.check), m_check_columns));
  const int margin = beside ? indent : 2;
  const auto detail = wrapped(one_line(diagnostic.detail, longest_text), width, margin);
  text.add(beside ? detail.substr(static_cast<std::size_t>(indent)) : "\n" + detail);
  if (!diagnostic.hint.empty())
    text.add(wrapped("hint: " + one_line(diagnostic.hint, longest_text), width, margin));
  return text;
}

void DiagnosticReport::add(Diagnostic diagnostic) {
  auto& terminal = m_context.platform.terminal;
  if (!m_context.options.json && terminal.output_is_terminal())
    terminal.print(lines_for_people(diagnostic));
  else if (!m_context.options.json)
    terminal.print(line_for_programs(diagnostic));
  m_diagnostics.push_back(std::move(diagnostic));
}

void DiagnosticReport::end() const {
  Json documents = Json::array();
  std::vector<std::string> names;
  const Diagnostic* first = nullptr;
  for (const auto& diagnostic : m_diagnostics) {
    documents.push_back(document_of(diagnostic));
    if (diagnostic.verdict != Verdict::failed)
      continue;
    first = first == nullptr ? &diagnostic : first;
    names.push_back(for_people(diagnostic.check));
  }
  if (m_context.options.json)
    m_context.result(documents, "");
  if (first != nullptr)
    throw Error{first->kind, counted(names.size(), "check") + " failed: " + join(names, ", "),
                first->hint.empty() ? "see the results above" : first->hint};
}

} // namespace chutes::cli
