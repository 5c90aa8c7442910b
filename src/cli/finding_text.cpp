#include "cli/finding_text.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_line = 500;
constexpr std::size_t verdict_width = 9; // "skipped" and two spaces

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

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string for_people(std::string check) {
  std::replace(check.begin(), check.end(), '_', ' ');
  return check;
}

} // namespace

std::string findings_text(const std::vector<Finding>& findings, bool colour) {
  std::size_t width = 0;
  for (const auto& finding : findings)
    width = std::max(width, finding.check.size() + 2);
  std::string text;
  for (const auto& finding : findings) {
    const auto verdict = padded(name_of(finding.verdict), verdict_width);
    text += (colour ? colour_of(finding.verdict) + verdict + "\x1b[0m" : verdict) +
            padded(for_people(finding.check), width) + one_line(finding.detail, longest_line) + "\n";
    if (!finding.hint.empty())
      text += std::string(verdict_width + width, ' ') + one_line(finding.hint, longest_line) + "\n";
  }
  return text;
}

Json findings_json(const std::vector<Finding>& findings) {
  Json json = Json::array();
  for (const auto& finding : findings) {
    Json row{{"check", finding.check}, {"result", name_of(finding.verdict)}, {"detail", finding.detail}};
    if (!finding.hint.empty())
      row["hint"] = finding.hint;
    json.push_back(std::move(row));
  }
  return json;
}

void throw_if_failed(const std::vector<Finding>& findings) {
  const auto is_failed = [](const Finding& finding) { return finding.verdict == Verdict::failed; };
  const auto first = std::find_if(findings.begin(), findings.end(), is_failed);
  if (first == findings.end())
    return;
  const auto count = std::count_if(findings.begin(), findings.end(), is_failed);
  throw Error{first->kind,
              std::to_string(count) + (count == 1 ? " check" : " checks") +
                  " failed; the first: " + for_people(first->check) + ": " + first->detail,
              first->hint};
}

} // namespace chutes::cli
