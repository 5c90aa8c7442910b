#include "cli/command/input_text.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_prompt = 64U << 20U; // bytes
constexpr std::size_t mebi = 1U << 20U;
constexpr std::size_t piece_size = 64U << 10U;

// Reads at most one byte more than the limit, which shows that the file is too long. Returns false if the
// file cannot be read.
bool read_file(const std::string& path, std::size_t limit, std::string& text) {
  std::ifstream file{path, std::ios::binary};
  std::array<char, piece_size> piece{};
  while (file && text.size() <= limit) {
    const auto wanted = std::min(piece.size(), limit + 1 - text.size());
    file.read(piece.data(), static_cast<std::streamsize>(wanted));
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  return !file.bad() && (file.eof() || text.size() > limit);
}

std::string name_of(const std::string& path, const std::string& option) {
  return one_line(path, 200) + " (given with " + option + ")";
}

} // namespace

std::string file_content(const std::string& path, const std::string& option, std::size_t limit) {
  std::string text;
  if (!read_file(path, limit, text))
    throw Error{ErrorKind::usage, "cannot read " + name_of(path, option),
                "check that it exists and that you may read it"};
  if (text.size() > limit)
    throw Error{ErrorKind::usage,
                name_of(path, option) + " is larger than " + std::to_string(limit / mebi) + " MiB",
                "use a smaller file"};
  return text;
}

std::string text_file_content(const std::string& path, const std::string& option) {
  return std::string{without_byte_order_mark(file_content(path, option))};
}

std::string text_from_input(Terminal& terminal, std::size_t limit) {
  return std::string{without_byte_order_mark(terminal.read_all_input(limit))};
}

void require_utf8(const std::string& text, const std::string& what) {
  const auto at = invalid_utf8_at(text);
  if (!at)
    return;
  std::array<char, 8> byte{};
  static_cast<void>(std::snprintf(byte.data(), byte.size(), "0x%02X", static_cast<unsigned char>(text[*at])));
  throw Error{ErrorKind::usage,
              what + " is not UTF-8: byte " + byte.data() + " at offset " + std::to_string(*at),
              "convert it, for example with iconv -f latin1 -t utf-8"};
}

std::string text_or_file(const std::string& given, const std::string& option) {
  return given.starts_with('@') ? text_file_content(given.substr(1), option) : given;
}

std::string prompt_text(const std::vector<std::string>& words, Terminal& terminal, bool with_input) {
  auto prompt = join(words, " ");
  if (with_input && terminal.input_is_pipe_or_file()) {
    const auto input = text_from_input(terminal, longest_prompt);
    prompt += (prompt.empty() || input.empty() ? "" : "\n\n") + input;
  }
  if (trim(prompt).empty())
    throw Error{ErrorKind::usage, "the prompt is empty",
                with_input ? "give it as an argument, or pipe it in"
                           : "give it as an argument, or omit --no-stdin and pipe it in"};
  require_utf8(prompt, "the prompt");
  return prompt;
}

} // namespace chutes::cli
