#include "cli/app/secrets/git_ignore.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <vector>

namespace chutes::cli {
namespace {

constexpr std::chrono::seconds longest_answer{3};
constexpr std::size_t longest_shown = 300;
constexpr int ignored = 0; // exit codes of git-check-ignore(1)
constexpr int not_ignored = 1;

bool exists(const std::filesystem::path& file, UserSecretFiles& files) {
  try {
    return files.read(file.string()).has_value();
  } catch (const Error&) { // cannot be read as a file
    return false;
  }
}

// `.git` is a folder, or a file that names it.
bool is_work_tree(const std::filesystem::path& folder, UserSecretFiles& files) {
  return exists(folder / ".git/HEAD", files) || exists(folder / ".git", files);
}

bool lies_in_work_tree(const std::filesystem::path& file, UserSecretFiles& files) {
  for (auto folder = file.parent_path(); true; folder = folder.parent_path()) {
    if (is_work_tree(folder, files))
      return true;
    if (folder == folder.parent_path())
      return false;
  }
}

// What git needs to find itself and the user's configuration, and nothing else: no GIT_DIR of another
// repository, and no secret.
std::map<std::string, std::string> git_environment(const Environment& environment) {
  std::map<std::string, std::string> variables{{"LC_ALL", "C"}};
  for (const char* name : {"PATH", "HOME", "XDG_CONFIG_HOME"})
    if (const auto value = environment.find(name))
      variables.emplace(name, *value);
  return variables;
}

// The exit code of git; absent if there is no git, or it does not answer in time. The repository's own
// configuration must not start a program, and "./" keeps a name from being read as a pattern.
std::optional<int> ask_git(const std::filesystem::path& file, Launcher& launcher,
                           const Environment& environment) {
  const std::vector<std::string> command{
      "git",          "-c",      "core.fsmonitor=false", "-C", file.parent_path().string(),
      "check-ignore", "--quiet", "--no-index",           "--", "./" + file.filename().string()};
  return launcher.run(command, git_environment(environment), longest_answer);
}

} // namespace

std::optional<CommitWarning> commit_warning(const std::string& path, UserSecretFiles& files,
                                            Launcher& launcher, const Environment& environment) {
  const auto file = std::filesystem::absolute(path).lexically_normal();
  if (!lies_in_work_tree(file, files))
    return std::nullopt;
  const auto answer = ask_git(file, launcher, environment);
  if (answer == ignored)
    return std::nullopt;
  const auto shown = one_line(path, longest_shown);
  if (answer == not_ignored)
    return CommitWarning{"git does not ignore " + shown, "add it to .gitignore before you commit"};
  return CommitWarning{"cannot ask git whether it ignores " + shown,
                       "make sure that .gitignore lists it before you commit"};
}

} // namespace chutes::cli
