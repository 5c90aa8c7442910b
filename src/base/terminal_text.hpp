// Foreign text on a terminal: what a server or a model says must not move the cursor, set the title, fill the
// clipboard or turn the line around.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chutes {

// Neutralises text on its way to a terminal, piece by piece; escape sequences and UTF-8 split across pieces
// are caught. Removed: ESC with the sequence it begins (CSI, OSC, DCS, SOS, PM, APC), C0 controls except
// newline and tab, DEL, C1 controls, carriage returns, bidirectional embeddings, overrides and
// isolates. A sequence that never ends hides no more than its line. Invalid UTF-8
// becomes U+FFFD. All else passes byte for byte.
class TerminalFilter {
public:
  [[nodiscard]] std::string filter(std::string_view piece);
  // What was held back because more might have followed.
  [[nodiscard]] std::string finish();

private:
  enum class Mode { text, escape, escape_intermediate, control_sequence, string, string_escape };
  void take(char32_t character, std::string_view bytes, std::string& out);
  // Moves on in the sequence under way; false if the character cannot be part of it, which ends it.
  [[nodiscard]] bool belongs_to_sequence(char32_t character);
  [[nodiscard]] static Mode after_escape(char32_t character);
  void take_text(char32_t character, std::string_view bytes, std::string& out);

  Mode m_mode = Mode::text;
  std::string m_partial; // the beginning of a character whose end has not come
};

// How a piece of text looks on a terminal.
enum class Style { plain, bold, dim, green, yellow, bold_red };

// Text with styles of our own. Whatever is added is filtered, so that no other escape sequence is in it.
class StyledText {
public:
  StyledText& add(std::string_view text) { return add(Style::plain, text); }
  StyledText& add(Style style, std::string_view text);
  // The text with the escape sequences of its styles.
  [[nodiscard]] const std::string& bytes() const { return m_bytes; }

private:
  std::string m_bytes;
};

// A JSON document as it may be shown on a terminal: DEL, C1 controls and bidirectional embeddings, overrides
// and isolates, which occur in its strings only, as \uXXXX. The document means the same.
[[nodiscard]] std::string json_for_terminal(std::string_view document);

// Foreign text inside a message: one line of valid UTF-8 without control characters, at most `longest` bytes
// (cut at a character, with "…"). Line breaks become spaces.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t longest);

// What was typed or pasted, without the marks that a terminal puts around a paste (bracketed paste: ESC [200~
// and ESC [201~).
[[nodiscard]] std::string without_paste_marks(std::string_view typed);

// Columns the text takes on a terminal: combining characters none, wide ones (East Asian, emoji and their
// sequences) two.
[[nodiscard]] std::size_t display_width(std::string_view text);

// As many whole characters, with what combines with them, from the front of `text` as `columns` hold.
[[nodiscard]] std::string_view first_columns(std::string_view text, std::size_t columns);

} // namespace chutes
