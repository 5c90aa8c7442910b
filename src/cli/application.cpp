#include "cli/application.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/command/chosen_store.hpp"
#include "cli/command/command.hpp"
#include "cli/command/error_report.hpp"
#include "cli/command/exit_code.hpp"
#include "cli/command_line.hpp"
#include "cli/http/logging_http_client.hpp"
#include "cli/http/redacting_http_client.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

std::string program_name(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().empty())
    return "chutes-login";
  const auto& path = arguments.front();
  return one_line(path.substr(path.rfind('/') + 1), 64);
}

std::vector<Command> app_commands() {
  return {app_command(),        app_create_command(),  app_list_command(),          app_show_command(),
          app_update_command(), app_replace_command(), app_rotate_secret_command(), app_delete_command(),
          app_share_command(),  app_unshare_command(), app_shares_command(),        app_apply_command(),
          app_diff_command(),   app_verify_command()};
}

} // namespace

std::vector<Command> all_commands() {
  std::vector<Command> commands;
  commands.push_back(login_command());
  commands.push_back(logout_command());
  commands.push_back(status_command());
  commands.push_back(setup_command());
  commands.push_back(profile_command());
  commands.push_back(profile_list_command());
  commands.push_back(profile_use_command());
  commands.push_back(profile_remove_command());
  commands.push_back(whoami_command());
  commands.push_back(balance_command());
  commands.push_back(refresh_command());
  commands.push_back(token_command());
  commands.push_back(introspect_command());
  commands.push_back(exec_command());
  commands.push_back(scopes_command());
  commands.push_back(grants_command());
  commands.push_back(grants_list_command());
  commands.push_back(grants_revoke_command());
  commands.push_back(invoke_command());
  commands.push_back(models_command());
  commands.push_back(chutes_command());
  commands.push_back(chutes_show_command());
  for (auto& app : app_commands())
    commands.push_back(std::move(app));
  commands.push_back(doctor_command());
  commands.push_back(completion_command());
  commands.push_back(help_command());
  return commands;
}

namespace {

void run_command(const Command& command, const std::string& program, GlobalOptions options,
                 Platform& platform) {
  std::optional<std::chrono::seconds> timeout;
  if (options.timeout)
    timeout = std::chrono::seconds{*options.timeout};
  ChosenStore store{options, platform};
  RedactingHttpClient redacting{platform.http};
  LoggingHttpClient http{redacting, platform.terminal, options.verbose, timeout};
  Platform observed{.http = http,
                    .keychain = store.keychain(),
                    .files = platform.files,
                    .output_files = platform.output_files,
                    .secret_files = platform.secret_files,
                    .line_files = platform.line_files,
                    .browser = platform.browser,
                    .launcher = platform.launcher,
                    .loopback = platform.loopback,
                    .lock = platform.lock,
                    .terminal = platform.terminal,
                    .clock = platform.clock,
                    .random = platform.random,
                    .worker_pools = platform.worker_pools,
                    .signals = platform.signals,
                    .environment = platform.environment};
  if (options.configuration_ignored && command.name != "doctor") // which reports it as its result
    observed.terminal.remark(std::string{"warning: "} + options.configuration_ignored->what() + "; " +
                             options.configuration_ignored->hint());
  Context context{program, std::move(options), observed};
  try {
    command.run(context);
  } catch (const Error& error) {
    throw redacting.without_credentials(context.explained(error));
  }
}

// How to report a failure.
struct ReportForm {
  bool json = false;
  std::string color = "auto";
};

// Sets `form` as soon as the command line is parsed.
int run_and_throw(const std::vector<std::string>& arguments, const std::string& program, Platform& platform,
                  ReportForm& form) {
  const auto commands = all_commands();
  CommandLine line{program, commands, platform};
  const auto chosen = line.parse(arguments);
  if (!chosen.command) {
    platform.terminal.print(chosen.page);
    return 0;
  }
  form = {chosen.options.json, chosen.options.color};
  if (chosen.options.quiet)
    platform.terminal.hush();
  run_command(*chosen.command, program, chosen.options, platform);
  return 0;
}

// A user who closed the pipe or pressed Ctrl-C needs no message.
bool is_silent(ErrorKind kind) {
  return kind == ErrorKind::reader_gone || kind == ErrorKind::interrupted || kind == ErrorKind::terminated;
}

// Whether --json is given, for errors before or while the command line is parsed.
bool looks_like_json(const std::vector<std::string>& arguments) {
  const auto end_of_options = std::find(arguments.begin(), arguments.end(), "--");
  return std::find(arguments.begin(), end_of_options, "--json") != end_of_options;
}

int report(const Error& error, const ReportForm& form, const std::string& program, Platform& platform) {
  platform.terminal.progress("");
  if (!is_silent(error.kind())) {
    const bool colour = wants_colour(form.color, platform.terminal.error_is_terminal(), platform.environment);
    if (form.json)
      platform.terminal.notice(error_json(error));
    else
      platform.terminal.notice(error_text(program, error, colour));
  }
  return exit_code(error.kind()).code;
}

} // namespace

int run(const std::vector<std::string>& arguments, Platform& platform) noexcept {
  const std::string program = program_name(arguments);
  ReportForm form{looks_like_json(arguments)};
  try {
    return run_and_throw(arguments, program, platform, form);
  } catch (const Error& error) {
    return report(error, form, program, platform);
  } catch (const std::exception& unforeseen) {
    const Error error{ErrorKind::internal, std::string{"internal error: "} + unforeseen.what(),
                      "please report this with the command you ran"};
    return report(error, form, program, platform);
  }
}

} // namespace chutes::cli
