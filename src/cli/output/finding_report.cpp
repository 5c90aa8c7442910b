#include "cli/output/finding_report.hpp"

#include "base/terminal_text.hpp"
#include "cli/output/wrapped_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_text = 1000; // bytes; a finding may quote what others said
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

const char* colour_of(Verdict verdict) {
  switch (verdict) {
  case Verdict::ok:
    return "\x1b[32m";
  case Verdict::warning:
    return "\x1b[33m";
  case Verdict::failed:
    return "\x1b[1;31m";
  case Verdict::skipped:
    break;
  }
  return "\x1b[2m";
}

std::string padded(std::string text, int columns) {
  return text.append(std::max<std::size_t>(static_cast<std::size_t>(columns), text.size() + 1) - text.size(),
                     ' ');
}

std::string for_people(std::string check) {
  std::replace(check.begin(), check.end(), '_', ' ');
  return check;
}

std::string line_for_programs(const Finding& finding) {
  return std::string{name_of(finding.verdict)} + "\t" + finding.check + "\t" +
         one_line(finding.detail, longest_text) + "\t" + one_line(finding.hint, longest_text) + "\n";
}

Json document_of(const Finding& finding) {
  Json document{{"check", finding.check}, {"result", name_of(finding.verdict)}, {"detail", finding.detail}};
  if (!finding.hint.empty())
    document["hint"] = finding.hint;
  return document;
}

} // namespace

// Verdict and check in columns, and beside them what was found and what mends it.
std::string FindingReport::lines_for_people(const Finding& finding) const {
  const int indent = verdict_columns + m_check_columns;
  const int width = page_width(m_context.platform.terminal.width());
  const bool beside = width >= 2 * indent;
  const auto verdict = padded(name_of(finding.verdict), verdict_columns);
  std::string text = m_context.colour_output() ? colour_of(finding.verdict) + verdict + "\x1b[0m" : verdict;
  text += padded(for_people(finding.check), m_check_columns);
  const int margin = beside ? indent : 2;
  auto detail = wrapped(one_line(finding.detail, longest_text), width, margin);
  text += beside ? detail.substr(static_cast<std::size_t>(indent)) : "\n" + detail;
  if (!finding.hint.empty())
    text += wrapped("hint: " + one_line(finding.hint, longest_text), width, margin);
  return text;
}

void FindingReport::add(Finding finding) {
  auto& terminal = m_context.platform.terminal;
  if (!m_context.options.json)
    terminal.print(terminal.output_is_terminal() ? lines_for_people(finding) : line_for_programs(finding));
  m_findings.push_back(std::move(finding));
}

void FindingReport::end() const {
  Json documents = Json::array();
  std::string names;
  std::size_t count = 0;
  const Finding* first = nullptr;
  for (const auto& finding : m_findings) {
    documents.push_back(document_of(finding));
    if (finding.verdict != Verdict::failed)
      continue;
    first = first == nullptr ? &finding : first;
    names += (names.empty() ? "" : ", ") + for_people(finding.check);
    ++count;
  }
  if (m_context.options.json)
    m_context.result(documents, "");
  if (first != nullptr)
    throw Error{first->kind,
                std::to_string(count) + (count == 1 ? " check" : " checks") + " failed: " + names,
                first->hint.empty() ? "the lines above say why" : first->hint};
}

} // namespace chutes::cli
