// Standard input, output and error of this process.
#pragma once

#include "linux/process/signal_watch.hpp"
#include "platform/environment.hpp"
#include "platform/terminal.hpp"

#include <mutex>

namespace chutes::on_linux {

class TtyTerminal final : public Terminal {
public:
  TtyTerminal(const Environment& environment, SignalWatch& signals);
  ~TtyTerminal() override { progress(""); }
  TtyTerminal(const TtyTerminal&) = delete;
  TtyTerminal& operator=(const TtyTerminal&) = delete;

  [[nodiscard]] bool input_is_terminal() const override { return m_input_is_terminal; }
  [[nodiscard]] bool input_is_pipe_or_file() const override;
  [[nodiscard]] bool output_is_terminal() const override { return m_output_is_terminal; }
  [[nodiscard]] bool error_is_terminal() const override { return m_error_is_terminal; }
  [[nodiscard]] int width() const override;

  std::string read_all_input(std::size_t limit) override;
  std::unique_ptr<HiddenInput> hidden_input() override;

private:
  void write_output(std::string_view bytes) override;
  void write_error_line(std::string_view line) noexcept override; // any thread may call
  void show_progress(std::string_view line) noexcept override;
  std::optional<Secret> ask_hidden(const std::string& prompt) override;
  std::optional<std::string> ask_shown(const std::string& prompt) override;
  void clear_progress() noexcept;

  SignalWatch& m_signals;
  std::mutex m_mutex; // over what goes to standard error
  bool m_progress_shown = false;
  const bool m_input_is_terminal;
  const bool m_output_is_terminal;
  const bool m_error_is_terminal;
  const bool m_moves_cursor; // not with TERM=dumb
};

} // namespace chutes::on_linux
