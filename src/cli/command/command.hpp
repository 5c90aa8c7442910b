// What a command is: a name, a purpose, the words it takes and the work it stands for. Each lives in a file
// of its own of one shape: an options struct, `declare` (fills in words, touches nothing) and `run` (acts,
// after parsing has ended).
#pragma once

#include "cli/command/context.hpp"
#include "cli/command/option_declarer.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace chutes::cli {

struct Command {
  std::string name;    // one word; or two, and then the command of the first comes before it in the list
  std::string group;   // the heading it stands under in the list of commands
  std::string purpose; // one line
  std::string footer;  // examples and remarks under the options
  std::function<void(OptionDeclarer&)> declare;
  std::function<void(Context&)>
      run; // empty: a heading for commands of two words, which alone prints its help
};

template <typename Options>
Command command(std::string name, std::string group, std::string purpose, std::string footer,
                void (*declare)(OptionDeclarer&, Options&), void (*run)(const Options&, Context&)) {
  auto options = std::make_shared<Options>(); // the parser keeps references into it
  return {std::move(name),
          std::move(group),
          std::move(purpose),
          std::move(footer),
          [options, declare](OptionDeclarer& declarer) { declare(declarer, *options); },
          [options, run](Context& context) { run(*options, context); }};
}

// The first word of commands that have two.
inline Command heading(std::string name, std::string group, std::string purpose) {
  return {std::move(name), std::move(group), std::move(purpose), "", [](OptionDeclarer&) {}, nullptr};
}

// Every command, in the order of the help page.
[[nodiscard]] std::vector<Command> all_commands();

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
