// The answer of a cord on its way: text to standard output as it comes, JSON pretty on a terminal and exact
// in a pipe, bytes to a file or a pipe and never to a terminal.
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

  // The head of a successful answer, then its pieces, then its end. Throw Error{usage} for bytes on a
  // terminal, Error{service} for more than 64 MiB that are shown as JSON, and what writing throws.
  void head(const HttpResponse& response);
  void piece(std::string_view bytes);
  void end();
  // Leaves in the file what came, when the answer ends early.
  void keep_what_came();
  [[nodiscard]] bool started() const { return m_started; }

private:
  enum class Way { straight, filtered, collected, file };
  [[nodiscard]] Way choose_way() const;
  void collect(std::string_view bytes);
  void print_head(const HttpResponse& response);
  void end_files();

  const InvokeOptions& m_options;
  std::string m_stem;
  Context& m_context;
  bool m_started = false;
  std::string m_content_type;
  Way m_way = Way::straight;
  TerminalFilter m_filter;
  std::string m_collected;
  std::optional<CordOutputFiles> m_files;
  std::optional<TransferProgress> m_progress;
};

// Throws Error{usage} if answers of this type would go to a terminal although they are no text.
void require_place_for(const std::string& content_type, const InvokeOptions& options, Context& context);

} // namespace chutes::cli
