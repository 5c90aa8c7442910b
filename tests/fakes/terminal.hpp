#pragma once

#include "base/error.hpp"
#include "platform/terminal.hpp"

#include <deque>
#include <vector>

namespace chutes::fakes {

class RecordingTerminal final : public Terminal {
public:
  std::string output, errors; // what was printed; notices each end in a newline
  std::vector<std::string> progress_lines;
  std::string input;
  bool input_piped = false, input_tty = false, output_tty = false, error_tty = false;
  int columns = 80;
  std::size_t reader_takes = std::string::npos; // bytes; then standard output is closed

  void write_output(std::string_view text) override {
    if (output.size() >= reader_takes)
      throw Error{ErrorKind::reader_gone, "the reader of standard output went away"};
    output += text;
  }
  void write_error_line(std::string_view line) noexcept override { errors += std::string{line} + "\n"; }
  void show_progress(std::string_view line) noexcept override {
    if (error_tty)
      progress_lines.emplace_back(line);
  }
  [[nodiscard]] bool input_is_terminal() const override { return input_tty; }
  [[nodiscard]] bool input_is_pipe_or_file() const override { return input_piped; }
  [[nodiscard]] bool output_is_terminal() const override { return output_tty; }
  [[nodiscard]] bool error_is_terminal() const override { return error_tty; }
  [[nodiscard]] int width() const override { return columns; }
  std::string read_all_input(std::size_t) override { return input; }
  std::vector<std::string> answers; // to the next questions, in order; after them there is no terminal
  std::vector<std::string> questions;
  std::deque<std::string> typed; // lines that the user types while the program does something else
  bool has_hidden_input = false;
  int hidden_inputs = 0; // that exist now
  std::unique_ptr<HiddenInput> hidden_input() override {
    struct Typed final : HiddenInput {
      explicit Typed(RecordingTerminal& terminal) : m_terminal(terminal) { ++m_terminal.hidden_inputs; }
      ~Typed() override { --m_terminal.hidden_inputs; }
      std::optional<Secret> next() override {
        if (m_terminal.typed.empty())
          return std::nullopt;
        Secret line{m_terminal.typed.front()};
        m_terminal.typed.pop_front();
        return line;
      }
      RecordingTerminal& m_terminal;
    };
    return has_hidden_input ? std::make_unique<Typed>(*this) : nullptr;
  }
  std::optional<Secret> ask_hidden(const std::string& prompt) override {
    questions.push_back(prompt);
    if (questions.size() > answers.size())
      return std::nullopt;
    return Secret{answers[questions.size() - 1]};
  }
  std::optional<std::string> ask_shown(const std::string& prompt) override {
    const auto answer = ask_hidden(prompt);
    return answer ? std::optional{answer->reveal()} : std::nullopt;
  }
};

} // namespace chutes::fakes
