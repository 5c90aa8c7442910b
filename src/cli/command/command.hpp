// A command: its name, its purpose, the options it takes and what it does. Each command has a file of its own
// with the same parts: a struct of options, `declare` (declares the options and does nothing else) and `run`
// (does the work, after parsing).
#pragma once

#include "cli/command/context.hpp"
#include "cli/command/option_declarer.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace chutes::cli {

struct Command {
  std::string name;    // one word, or two; the command of the first word then comes before it in the list
  std::string group;   // the heading above it in the list of commands
  std::string purpose; // one line
  std::string footer;  // notes and examples, below the options
  std::function<void(OptionDeclarer&)> declare;
  std::function<void(Context&)>
      run; // empty for a heading of commands of two words, which only prints its help
};

template <typename Options>
Command command(std::string name, std::string group, std::string purpose, std::string footer,
                void (*declare)(OptionDeclarer&, Options&), void (*run)(const Options&, Context&)) {
  auto options = std::make_shared<Options>(); // the parser holds references into it
  return {std::move(name),
          std::move(group),
          std::move(purpose),
          std::move(footer),
          [options, declare](OptionDeclarer& declarer) { declare(declarer, *options); },
          [options, run](Context& context) { run(*options, context); }};
}

// Returns the command for the first word of two, which only prints its help.
inline Command heading(std::string name, std::string group, std::string purpose) {
  return {std::move(name), std::move(group), std::move(purpose), "", [](OptionDeclarer&) {}, nullptr};
}

// Returns every command, in the order of the help page.
[[nodiscard]] std::vector<Command> all_commands();

// Declares the options that every command takes.
void declare_global(OptionDeclarer& declarer, GlobalOptions& options);

// One function per command file.
Command login_command();
Command logout_command();
Command profile_command(); // the heading of the next three
Command profile_list_command();
Command profile_use_command();
Command profile_remove_command();
Command setup_command();
Command status_command();
Command refresh_command();
Command token_command();
Command introspect_command();
Command exec_command();
Command whoami_command();
Command balance_command();
Command scopes_command();
Command grants_command(); // the heading of the next two
Command grants_list_command();
Command grants_revoke_command();
Command invoke_command();
Command models_command();
Command chutes_command(); // and the parent of the next
Command chutes_show_command();
Command app_command(); // the heading of the next ones
Command app_create_command();
Command app_list_command();
Command app_show_command();
Command app_update_command();
Command app_replace_command();
Command app_rotate_secret_command();
Command app_delete_command();
Command app_share_command();
Command app_unshare_command();
Command app_shares_command();
Command app_apply_command();
Command app_diff_command();
Command app_verify_command();
Command doctor_command();
Command completion_command();
Command help_command();

} // namespace chutes::cli
