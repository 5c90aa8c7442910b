#include "cli/app/secrets/git_ignore.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <vector>

namespace chutes::cli {
namespace {

// '*' and '?' stop at '/', "**" does not; everything else stands for itself.
bool matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty())
    return text.empty();
  if (pattern.starts_with("**/") && matches(pattern.substr(3), text))
    return true;
  if (pattern.starts_with("**"))
    return matches(pattern.substr(2), text) || (!text.empty() && matches(pattern, text.substr(1)));
  if (pattern.front() == '*')
    return matches(pattern.substr(1), text) ||
           (!text.empty() && text.front() != '/' && matches(pattern, text.substr(1)));
  if (text.empty())
    return false;
  const bool same = pattern.front() == text.front() || (pattern.front() == '?' && text.front() != '/');
  return same && matches(pattern.substr(1), text.substr(1));
}

struct Pattern {
  std::string_view glob;
  bool negated = false;
  bool folders_only = false;
  bool anchored = false; // to the .gitignore's own folder
};

std::optional<Pattern> parse_pattern(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t'))
    line.remove_suffix(1);
  if (line.empty() || line.front() == '#')
    return std::nullopt;
  Pattern pattern;
  if (line.front() == '!') {
    pattern.negated = true;
    line.remove_prefix(1);
  }
  if (line.ends_with('/')) {
    pattern.folders_only = true;
    line.remove_suffix(1);
  }
  pattern.anchored = line.find('/') != std::string_view::npos;
  pattern.glob = line.starts_with('/') ? line.substr(1) : line;
  return pattern;
}

// The file itself, or a folder it lies in.
bool matches(const Pattern& pattern, std::string_view path) {
  for (std::size_t end = path.find('/'), begin = 0; true; end = path.find('/', end + 1)) {
    const auto part = path.substr(0, end);
    const bool is_file = end == std::string_view::npos;
    if (!(is_file && pattern.folders_only) &&
        matches(pattern.glob, pattern.anchored ? part : part.substr(begin)))
      return true;
    if (is_file)
      return false;
    begin = end + 1;
  }
}

// Absent, too, where it cannot be read.
std::optional<std::string> text_of(const std::string& path, UserSecretFiles& files) {
  try {
    const auto file = files.read(path);
    return file ? std::optional{file->content.reveal()} : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

// `.git` is a folder, or a file that says where it is.
bool is_work_tree(const std::string& folder, UserSecretFiles& files) {
  return text_of(folder + "/.git/HEAD", files) || text_of(folder + "/.git", files);
}

} // namespace

std::optional<bool> ignored_by(std::string_view gitignore, std::string_view path) {
  std::optional<bool> verdict;
  while (!gitignore.empty()) {
    const auto end = std::min(gitignore.find('\n'), gitignore.size());
    const auto pattern = parse_pattern(gitignore.substr(0, end));
    gitignore.remove_prefix(std::min(end + 1, gitignore.size()));
    if (pattern && matches(*pattern, path))
      verdict = !pattern->negated;
  }
  return verdict;
}

bool would_be_committed(const std::string& path, UserSecretFiles& files) {
  std::optional<bool> verdict; // of the folder nearest to the file that says something
  for (auto slash = path.rfind('/'); slash != std::string::npos;
       slash = slash == 0 ? std::string::npos : path.rfind('/', slash - 1)) {
    const auto folder = path.substr(0, slash);
    if (!verdict)
      verdict = ignored_by(text_of(folder + "/.gitignore", files).value_or(""), path.substr(slash + 1));
    if (is_work_tree(folder, files))
      return !verdict.value_or(false);
  }
  return false;
}

} // namespace chutes::cli
