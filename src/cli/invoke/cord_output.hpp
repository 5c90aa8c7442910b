// Writes the answer of a cord as it arrives: text to standard output, JSON pretty-printed on a terminal and
// unchanged in a pipe, other bytes to a file or a pipe but never to a terminal, whatever their type says.
#pragma once

#include "base/terminal_text.hpp"
#include "cli/command/context.hpp"
#include "cli/invoke/cord_output_files.hpp"
#include "cli/invoke/invoke_options.hpp"
#include "cli/invoke/transfer_progress.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chutes::cli {

class CordOutput {
public:
  // `stem` names a file in a directory (-o DIR/).
  CordOutput(const InvokeOptions& options, std::string stem, Context& context)
      : m_options(options), m_stem(std::move(stem)), m_context(context) {}

  // Take the head of a successful answer, then its pieces, then its end. Throw Error{usage} if bytes other
  // than text would go to a terminal, Error{service} if JSON to be printed exceeds 64 MiB, and what writing
  // throws.
  void head(const HttpResponse& response);
  void piece(std::string_view bytes);
  void end();
  // Keeps what has arrived in the file when the answer ends early.
  void keep_partial_answer();
  [[nodiscard]] bool started() const { return m_started; }

private:
  enum class Mode { direct, filtered, collected, file };
  [[nodiscard]] Mode choose_mode() const;
  void collect(std::string_view bytes);
  void require_text(std::string_view bytes);
  void print_head(const HttpResponse& response);
  void end_files();

  const InvokeOptions& m_options;
  std::string m_stem;
  Context& m_context;
  bool m_started = false;
  std::string m_content_type;
  std::string m_head; // the first bytes of an answer to a terminal
  Mode m_mode = Mode::direct;
  std::string m_collected;
  std::optional<CordOutputFiles> m_files;
  std::optional<TransferProgress> m_progress;
};

// Throws Error{usage} if an answer of this type would go to a terminal although it is not text.
void require_printable(const std::string& content_type, const InvokeOptions& options, Context& context);

} // namespace chutes::cli
