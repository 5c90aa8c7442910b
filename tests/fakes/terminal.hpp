#pragma once

#include "platform/terminal.hpp"

#include <vector>

namespace chutes::fakes {

class RecordingTerminal final : public Terminal {
public:
  std::string output, errors; // what was printed; notices each end in a newline
  std::vector<std::string> progress_lines;
  std::string input;
  bool input_piped = false, input_tty = false, output_tty = false, error_tty = false;
  int columns = 80;

  void print(std::string_view text) override { output += text; }
  void notice(std::string_view line) noexcept override { errors += std::string{line} + "\n"; }
  void progress(std::string_view line) noexcept override {
    if (error_tty)
      progress_lines.emplace_back(line);
  }
  [[nodiscard]] bool input_is_terminal() const override { return input_tty; }
  [[nodiscard]] bool input_is_pipe_or_file() const override { return input_piped; }
  [[nodiscard]] bool output_is_terminal() const override { return output_tty; }
  [[nodiscard]] bool error_is_terminal() const override { return error_tty; }
  [[nodiscard]] int width() const override { return columns; }
  std::string read_all_input(std::size_t) override { return input; }
};

} // namespace chutes::fakes
