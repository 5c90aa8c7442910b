// `doctor`: checks each link between this terminal and the service, and says how to fix what is broken.
#include "cli/command/command.hpp"
#include "cli/doctor/checks.hpp"
#include "cli/output/diagnostic_report.hpp"

namespace chutes::cli {
namespace {

struct DoctorOptions {};

constexpr const char* footer =
    R"(Writes a test item to the keychain and erases it again. Sends tokens only to the server that
issued them, to ask whether they are still active. Refreshes nothing.

The exit code is 0 if no check failed, even if there are warnings; otherwise it is the code of the
first failed check: 2 configuration, 3 session, 4 loopback, ports or clock, 5 network, 6 discovery
or models, 7 keychain. If the configuration file is broken, the other checks ignore it.

Examples:
  chutes-login doctor
  chutes-login doctor --json | jq '.[] | select(.result == "failed")'
)";

void declare(OptionDeclarer& /*declarer*/, DoctorOptions& /*options*/) {}

constexpr int check_columns = 15;

// Shows the check that runs, and then its result.
class CheckRunner {
public:
  explicit CheckRunner(Context& context)
      : m_terminal(context.platform.terminal), m_report(check_columns, context) {}

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
  CheckRunner checks{context};
  checks.add("configuration", [&] { return doctor::configuration_check(context); });
  checks.add("browser", [&] { return doctor::browser_check(context); });
  checks.add("loopback", [&] { return doctor::loopback_check(context); });
  checks.add("ports", [&] { return doctor::ports_check(context); });
  checks.add("keychain", [&] { return doctor::keychain_check(context); });
  checks.add("proxy", [&] { return doctor::proxy_check(context); });
  doctor::ServerAnswer answer;
  checks.add("network", [&] {
    answer = doctor::ask_server(context);
    return doctor::network_check(answer, context);
  });
  checks.add("clock", [&] { return doctor::clock_check(answer, context); });
  checks.add("discovery", [&] { return doctor::discovery_check(answer, context); });
  checks.add("models", [&] { return doctor::models_check(context); });
  checks.add("session", [&] { return doctor::session_check(context); });
  checks.add("completion", [&] { return doctor::completion_check(context); });
  checks.end();
}

} // namespace

Command doctor_command() {
  return command("doctor", "Everything else", "Check everything between this terminal and the service",
                 footer, declare, run);
}

} // namespace chutes::cli
