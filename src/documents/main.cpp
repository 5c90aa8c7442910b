// chutes-documents MAN FOLDER: writes the manual pages and the completion scripts into FOLDER/man and
// FOLDER/completions, from the table of commands and the prose in MAN. Runs when the program is built.
#include "cli/command/command.hpp"
#include "cli/help/completion_script.hpp"
#include "documents/manual.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace {

namespace cli = chutes::cli;
namespace documents = chutes::documents;
using Path = std::filesystem::path;

std::string read(const Path& file) {
  std::ifstream stream{file};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

void write(const Path& file, const std::string& text) {
  std::ofstream stream{file};
  stream << text;
  if (!stream.flush())
    throw std::runtime_error{"cannot write " + file.string()};
}

void write_manual(const Path& source, const Path& target, const std::vector<cli::CommandEntry>& table) {
  std::filesystem::create_directories(target);
  auto date = read(source / "date");
  date = date.substr(0, date.find('\n'));
  const auto prose = [&](const std::string& command) {
    return read(source / "commands" / (command + ".mdoc"));
  };
  write(target / "chutes-login.1", documents::main_page(read(source / "chutes-login.1.in"), table, date));
  write(target / "chutes-sandbox.1", read(source / "chutes-sandbox.1"));
  for (const auto& group : documents::groups_of(table))
    write(target / (documents::page_name(group) + ".1"), documents::group_page(group, table, prose, date));
}

void write_completions(const Path& target, const std::vector<cli::CommandEntry>& table) {
  std::filesystem::create_directories(target);
  write(target / "chutes-login.bash", cli::completion_script(cli::Shell::bash, table));
  write(target / "_chutes-login", cli::completion_script(cli::Shell::zsh, table));
  write(target / "chutes-login.fish", cli::completion_script(cli::Shell::fish, table));
}

} // namespace

int main(int count, char** words) {
  try {
    if (count != 3)
      throw std::runtime_error{"usage: chutes-documents MAN FOLDER"};
    const auto table = cli::command_table(cli::all_commands());
    write_manual(words[1], Path{words[2]} / "man", table);
    write_completions(Path{words[2]} / "completions", table);
    return 0;
  } catch (const std::exception& error) {
    static_cast<void>(std::fprintf(stderr, "chutes-documents: %s\n", error.what()));
    return 1;
  }
}
