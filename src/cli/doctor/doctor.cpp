// `doctor`: walks the chain from this terminal to an answer of the service, and says what mends each broken
// link.
#include "cli/command/command.hpp"
#include "cli/doctor/checks.hpp"
#include "cli/output/diagnostic_report.hpp"

namespace chutes::cli {
namespace {

struct DoctorOptions {};

constexpr const char* footer =
    R"(A probe item is written to the keychain and erased again; tokens are shown to nobody but the
service, which is asked whether it still knows them. Nothing is refreshed.

Exit code 0 if nothing failed, warnings or not; else the code that a command would end with that
needs what failed first: 2 the configuration, 4 the way back from the browser and the clock,
5 network, 6 service, 7 keychain, 3 session. What comes after a broken configuration is looked at
without its settings.

Examples:
  chutes-login doctor
  chutes-login doctor --json | jq '.[] | select(.result == "failed")'
)";

void declare(OptionDeclarer& /*declarer*/, DoctorOptions& /*options*/) {}

constexpr int check_columns = 15;

// Says what is looked at, and then what was found.
class Walk {
public:
  explicit Walk(Context& context) : m_terminal(context.platform.terminal), m_report(check_columns, context) {}

  template <typename Check>
  void add(const char* name, Check check) {
    m_terminal.progress(std::string{"Checking "} + name + "…");
    Diagnostic diagnostic = check();
    m_terminal.progress("");
    m_report.add(std::move(diagnostic));
  }
  void end() const { m_report.end(); }

private:
  Terminal& m_terminal;
  DiagnosticReport m_report;
};

void run(const DoctorOptions& /*options*/, Context& context) {
  Walk walk{context};
  walk.add("configuration", [&] { return doctor::configuration_check(context); });
  walk.add("browser", [&] { return doctor::browser_check(context); });
  walk.add("loopback", [&] { return doctor::loopback_check(context); });
  walk.add("ports", [&] { return doctor::ports_check(context); });
  walk.add("keychain", [&] { return doctor::keychain_check(context); });
  walk.add("proxy", [&] { return doctor::proxy_check(context); });
  doctor::ServerAnswer answer;
  walk.add("network", [&] {
    answer = doctor::ask_server(context);
    return doctor::network_check(answer, context);
  });
  walk.add("clock", [&] { return doctor::clock_check(answer, context); });
  walk.add("discovery", [&] { return doctor::discovery_check(answer, context); });
  walk.add("models", [&] { return doctor::models_check(context); });
  walk.add("session", [&] { return doctor::session_check(context); });
  walk.add("completion", [&] { return doctor::completion_check(context); });
  walk.end();
}

} // namespace

Command doctor_command() {
  return command("doctor", "Everything else", "Check everything between this terminal and the service",
                 footer, declare, run);
}

} // namespace chutes::cli
