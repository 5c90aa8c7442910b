// `completion`: prints the script that completes this program's commands in a shell.
#include "base/error.hpp"
#include "cli/command/command.hpp"
#include "cli/help/completion_script.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct CompletionOptions {
  std::optional<std::string> shell;
};

constexpr const char* footer =
    R"(Models, chutes, apps and profiles are completed from the names last listed, never from the network.

Examples:
  source <(chutes-login completion bash)
  source <(chutes-login completion zsh)
  chutes-login completion zsh >"${fpath[1]}/_chutes-login"
  chutes-login completion fish >~/.config/fish/completions/chutes-login.fish
)";

void declare(OptionDeclarer& declarer, CompletionOptions& options) {
  declarer.argument("SHELL", options.shell, "bash, zsh or fish");
}

Shell shell_of(const CompletionOptions& options) {
  const auto& name = options.shell;
  if (name == "bash")
    return Shell::bash;
  if (name == "zsh")
    return Shell::zsh;
  if (name == "fish")
    return Shell::fish;
  throw Error{ErrorKind::usage, "completion requires the name of a shell: bash, zsh or fish",
              "for example, chutes-login completion bash"};
}

void run(const CompletionOptions& options, Context& context) {
  const auto script = completion_script(shell_of(options), command_table(all_commands()));
  context.result(Json{{"shell", *options.shell}, {"script", script}}, script);
}

} // namespace

Command completion_command() {
  return command("completion", "Everything else", "Print the completion script for a shell", footer, declare,
                 run);
}

} // namespace chutes::cli
