// Renders text and options as mdoc(7) source.
#pragma once

#include "cli/help/command_table.hpp"

#include <string>
#include <string_view>

namespace chutes::documents {

// Escapes whatever mdoc and troff would interpret, and puts each sentence on a line of its own.
[[nodiscard]] std::string mdoc_text(std::string_view text);
// Escapes one line of literal text.
[[nodiscard]] std::string mdoc_literal(std::string_view line);

// Escapes text as the arguments of a macro, where a word must not be read as a macro or a delimiter.
[[nodiscard]] std::string mdoc_arguments(std::string_view text);

// "Fl q , Fl -quiet", "Fl -usage Ns Op = Ns Ar PERIOD"
[[nodiscard]] std::string mdoc_option(const cli::OptionWord& option);

// Renders the footer of a help page: paragraphs, and indented lines as literal text.
[[nodiscard]] std::string mdoc_footer(const std::string& footer);

} // namespace chutes::documents
