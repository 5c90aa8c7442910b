#include "platform/terminal.hpp"

namespace chutes {
namespace {

std::string shown_line(std::string_view line) {
  return one_line(line, std::string::npos);
}

} // namespace

void Terminal::show(std::string_view harmless) {
  if (harmless.empty())
    return;
  m_line_open = !harmless.ends_with('\n');
  write_output(harmless);
}

void Terminal::print(std::string_view text) {
  if (output_is_terminal())
    show(m_output_filter.filter(text));
  else
    write_output(text);
}

void Terminal::print(const StyledText& text) {
  if (output_is_terminal())
    show(m_output_filter.finish() + text.bytes());
  else
    write_output(text.bytes());
}

void Terminal::print_json(std::string_view document) {
  if (output_is_terminal())
    print(json_for_terminal(document));
  else
    write_output(document);
}

void Terminal::end_line() {
  if (!output_is_terminal())
    return;
  show(m_output_filter.finish());
  if (m_line_open)
    show("\n");
}

void Terminal::notice(std::string_view line) noexcept {
  write_error_line(shown_line(line));
}

void Terminal::notice(const StyledText& lines) noexcept {
  write_error_line(lines.bytes());
}

void Terminal::progress(std::string_view line) noexcept {
  show_progress(shown_line(line));
}

std::optional<Secret> Terminal::ask_secret(const std::string& prompt) {
  const auto answer = ask_hidden(shown_line(prompt));
  return answer ? std::optional{Secret{without_paste_marks(answer->reveal())}} : std::nullopt;
}

std::optional<std::string> Terminal::ask(const std::string& prompt) {
  const auto answer = ask_shown(shown_line(prompt));
  return answer ? std::optional{without_paste_marks(*answer)} : std::nullopt;
}

} // namespace chutes
