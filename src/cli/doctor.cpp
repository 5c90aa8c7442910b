// `doctor`: walks the chain from this terminal to an answer of the service, and says what mends each broken
// link.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/command.hpp"
#include "cli/doctor/checks.hpp"
#include "cli/wrapped_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

using doctor::Finding;
using doctor::Verdict;

struct DoctorOptions {};

constexpr const char* footer =
    R"(A probe item is written to the keychain and erased again; tokens are shown to nobody but the
service, which is asked whether it still knows them. Nothing is refreshed.

Exit code 0 if nothing failed, warnings or not; else the code that a command would end with that
needs what failed first: 4 the way back from the browser and the clock, 5 network, 6 service,
7 keychain, 3 session.

Examples:
  chutes-login doctor
  chutes-login doctor --json | jq '.[] | select(.result == "failed")'
)";

void declare(Words& /*words*/, DoctorOptions& /*options*/) {}

constexpr std::size_t longest_text = 1000; // bytes; a finding may quote what others said
constexpr int verdict_columns = 9;
constexpr int check_columns = 15;

std::string padded(std::string text, int columns) {
  return text.append(std::max<std::size_t>(static_cast<std::size_t>(columns), text.size() + 1) - text.size(),
                     ' ');
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

// Verdict and check in columns, and beside them what was found and what mends it.
std::string lines_for_people(const Finding& finding, Context& context) {
  constexpr int indent = verdict_columns + check_columns;
  const int width = page_width(context.platform.terminal.width());
  const bool beside = width >= 2 * indent;
  const auto verdict = padded(name_of(finding.verdict), verdict_columns);
  std::string text = context.colour_output() ? colour_of(finding.verdict) + verdict + "\x1b[0m" : verdict;
  text += padded(finding.check, check_columns);
  const int margin = beside ? indent : 2;
  auto detail = wrapped(one_line(finding.detail, longest_text), width, margin);
  text += beside ? detail.substr(indent) : "\n" + detail;
  if (!finding.hint.empty())
    text += wrapped("hint: " + one_line(finding.hint, longest_text), width, margin);
  return text;
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

// Tells each finding as soon as it is there, or all of them as one document.
class Report {
public:
  explicit Report(Context& context) : m_context(context) {}

  template <typename Check>
  void add(const char* name, Check check) {
    auto& terminal = m_context.platform.terminal;
    terminal.progress(std::string{"Checking "} + name + "…");
    Finding finding = check();
    terminal.progress("");
    if (!m_context.options.json)
      terminal.print(terminal.output_is_terminal() ? lines_for_people(finding, m_context)
                                                   : line_for_programs(finding));
    m_findings.push_back(std::move(finding));
  }

  // Prints the document, if that was wanted; throws for what failed.
  void end() const {
    Json documents = Json::array();
    std::string names;
    const Finding* first = nullptr;
    for (const auto& finding : m_findings) {
      documents.push_back(document_of(finding));
      if (finding.verdict != Verdict::failed)
        continue;
      first = first == nullptr ? &finding : first;
      names += (names.empty() ? "" : ", ") + finding.check;
    }
    if (m_context.options.json)
      m_context.result(documents, "");
    if (first != nullptr)
      throw Error{first->kind, "not everything is well: " + names,
                  first->hint.empty() ? "the lines above say why" : first->hint};
  }

private:
  Context& m_context;
  std::vector<Finding> m_findings;
};

void run(const DoctorOptions& /*options*/, Context& context) {
  Report report{context};
  report.add("configuration", [&] { return doctor::configuration_check(context); });
  report.add("browser", [&] { return doctor::browser_check(context); });
  report.add("loopback", [&] { return doctor::loopback_check(context); });
  report.add("ports", [&] { return doctor::ports_check(context); });
  report.add("keychain", [&] { return doctor::keychain_check(context); });
  report.add("proxy", [&] { return doctor::proxy_check(context); });
  doctor::ServerAnswer answer;
  report.add("network", [&] {
    answer = doctor::ask_server(context);
    return doctor::network_check(answer, context);
  });
  report.add("clock", [&] { return doctor::clock_check(answer, context); });
  report.add("discovery", [&] { return doctor::discovery_check(answer, context); });
  report.add("models", [&] { return doctor::models_check(context); });
  report.add("session", [&] { return doctor::session_check(context); });
  report.add("completion", [&] { return doctor::completion_check(context); });
  report.end();
}

} // namespace

Command doctor_command() {
  return command("doctor", "Everything else", "Check everything between this terminal and the service",
                 footer, declare, run);
}

} // namespace chutes::cli
