#include "cli/help/completion_script.hpp"

namespace chutes::cli {
namespace {

constexpr std::string_view place_of_table = "@TABLE@\n";

std::string with_table(std::string runtime, const std::string& table) {
  return runtime.replace(runtime.find(place_of_table), place_of_table.size(), table);
}

} // namespace

std::string completion_script(Shell shell, const std::vector<CommandEntry>& table) {
  switch (shell) {
  case Shell::bash:
    return with_table(bash_runtime, bash_table(table));
  case Shell::zsh:
    return with_table(zsh_runtime, zsh_table(table));
  case Shell::fish:
    return with_table(fish_runtime, fish_table(table));
  }
  return "";
}

} // namespace chutes::cli
