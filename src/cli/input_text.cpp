#include "cli/input_text.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"

#include <fstream>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_file = 16U << 20U;   // bytes
constexpr std::size_t longest_prompt = 64U << 20U; // bytes

// At most one byte more than the limit, so that "too long" shows; false if the file cannot be read.
bool read_file(const std::string& path, std::string& text) {
  std::ifstream file{path, std::ios::binary};
  if (!file)
    return false;
  text.resize(longest_file + 1);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return !file.bad();
}

} // namespace

std::string file_text(const std::string& path, const std::string& option, const char* hint) {
  std::string text;
  const std::string name = "the file of " + option + ", " + one_line(path, 200) + ",";
  if (!read_file(path, text))
    throw Error{ErrorKind::usage, name + " cannot be read", hint};
  if (text.size() > longest_file)
    throw Error{ErrorKind::usage, name + " holds more than 16 MiB"};
  return text;
}

std::string text_or_file(const std::string& given, const std::string& option) {
  if (!given.starts_with('@'))
    return given;
  return file_text(given.substr(1), option, "'@' before a name stands for a file's content");
}

std::string prompt_text(const std::vector<std::string>& words, Terminal& terminal) {
  std::string prompt;
  for (const auto& word : words)
    prompt += (prompt.empty() ? "" : " ") + word;
  if (terminal.input_is_pipe_or_file()) {
    const auto input = terminal.read_all_input(longest_prompt);
    prompt += (prompt.empty() || input.empty() ? "" : "\n\n") + input;
  }
  if (prompt.find_first_not_of(" \t\r\n") == std::string::npos)
    throw Error{ErrorKind::usage, "the prompt is empty", "give it as an argument, or pipe it in"};
  return prompt;
}

} // namespace chutes::cli
