// Files of lines on a POSIX file system, and standard input.
#pragma once

#include "linux/process/signal_watch.hpp"
#include "platform/json_lines_files.hpp"

namespace chutes::on_linux {

class PosixJsonLinesFiles final : public JsonLinesFiles {
public:
  explicit PosixJsonLinesFiles(SignalWatch& signals) : m_signals(signals) {}
  [[nodiscard]] std::unique_ptr<LineReader> read(const std::string& path) override;
  [[nodiscard]] std::unique_ptr<LineWriter> create(const std::string& path) override;
  [[nodiscard]] std::unique_ptr<LineWriter>
  resume(const std::string& path, const std::function<bool(std::string_view line)>& keep) override;

private:
  SignalWatch& m_signals;
};

} // namespace chutes::on_linux
