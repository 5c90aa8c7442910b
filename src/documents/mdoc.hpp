// Words of mdoc(7).
#pragma once

#include "cli/help/command_table.hpp"

#include <string>
#include <string_view>

namespace chutes::documents {

// Text as it is to be read: what mdoc and troff would take for their own is escaped.
[[nodiscard]] std::string mdoc_text(std::string_view text);
// The same for a line that stays as it is.
[[nodiscard]] std::string mdoc_literal(std::string_view line);

// The same as arguments of a macro, where a word that could be a macro or a delimiter is protected.
[[nodiscard]] std::string mdoc_arguments(std::string_view text);

// "Fl q , Fl -quiet", "Fl -usage Ns Op = Ns Ar PERIOD"
[[nodiscard]] std::string mdoc_option(const cli::OptionWord& option);

// A footer of help: paragraphs, and what is indented as literal lines.
[[nodiscard]] std::string mdoc_footer(const std::string& footer);

} // namespace chutes::documents
