#include "base/terminal_text.hpp"

#include "base/character_widths.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace chutes {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr char32_t bell = 0x07;
constexpr char32_t cancel = 0x18;
constexpr char32_t substitute = 0x1A;
constexpr char32_t escape = 0x1B;
constexpr char32_t string_terminator = 0x9C;

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

bool is_printable_ascii(char c) {
  return c >= 0x20 && c < 0x7F;
}

// Characters that reorder what is around them (UAX #9).
bool turns_text(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

} // namespace

std::string TerminalFilter::filter(std::string_view piece) {
  std::string joined;
  if (!m_partial.empty()) {
    joined = m_partial + std::string{piece};
    m_partial.clear();
    piece = joined;
  }
  std::string out;
  out.reserve(piece.size());
  while (!piece.empty()) {
    const auto character = next_character(piece);
    if (character.kind == Utf8::incomplete) {
      m_partial = piece;
      break;
    }
    take(character.value, character.kind == Utf8::complete ? piece.substr(0, character.length) : replacement,
         out);
    piece.remove_prefix(character.length);
  }
  return out;
}

std::string TerminalFilter::finish() {
  std::string out;
  if (!m_partial.empty() && m_mode == Mode::text)
    out = replacement;
  m_partial.clear();
  m_mode = Mode::text;
  return out;
}

void TerminalFilter::take(char32_t character, std::string_view bytes, std::string& out) {
  if (m_mode == Mode::text || !belongs_to_sequence(character))
    take_text(character, bytes, out);
}

// The shape of escape sequences is ECMA-48's: ESC, intermediates 0x20-0x2F, a final byte; CSI with parameters
// and a final byte 0x40-0x7E; strings up to ST, or BEL as xterm has it. A line break ends what should have
// ended before it, so that a sequence without an end hides no more than its line.
bool TerminalFilter::belongs_to_sequence(char32_t character) {
  const auto within = [character](char32_t first, char32_t last) {
    return character >= first && character <= last;
  };
  switch (m_mode) {
  case Mode::text:
    return false;
  case Mode::escape:
    m_mode = after_escape(character);
    return m_mode != Mode::text || within(0x30, 0x7E);
  case Mode::escape_intermediate:
    if (!within(0x20, 0x2F))
      m_mode = Mode::text;
    return within(0x20, 0x7E);
  case Mode::control_sequence:
    if (!within(0x20, 0x3F))
      m_mode = Mode::text;
    return within(0x20, 0x7E);
  case Mode::string: {
    const bool breaks_off = character == '\n' || character == cancel || character == substitute;
    if (breaks_off || character == bell || character == string_terminator)
      m_mode = Mode::text;
    else if (character == escape)
      m_mode = Mode::string_escape;
    return !breaks_off;
  }
  case Mode::string_escape:
    m_mode = character == '\\' ? Mode::text : Mode::escape;
    return m_mode == Mode::text || belongs_to_sequence(character);
  }
  return false;
}

TerminalFilter::Mode TerminalFilter::after_escape(char32_t character) {
  if (character == '[')
    return Mode::control_sequence;
  if (character == ']' || character == 'P' || character == 'X' || character == '^' || character == '_')
    return Mode::string;
  if (character >= 0x20 && character <= 0x2F)
    return Mode::escape_intermediate;
  return Mode::text;
}

void TerminalFilter::take_text(char32_t character, std::string_view bytes, std::string& out) {
  if (character == escape)
    m_mode = Mode::escape;
  else if (character == 0x9B)
    m_mode = Mode::control_sequence;
  else if (character == 0x9D || character == 0x90 || character == 0x98 || character == 0x9E ||
           character == 0x9F)
    m_mode = Mode::string;
  else if (character == '\n' || character == '\t' || !(is_control(character) || turns_text(character)))
    out += bytes;
}

namespace {

const char* sequence_of(Style style) {
  switch (style) {
  case Style::plain:
    break;
  case Style::bold:
    return "\x1b[1m";
  case Style::dim:
    return "\x1b[2m";
  case Style::green:
    return "\x1b[32m";
  case Style::yellow:
    return "\x1b[33m";
  case Style::bold_red:
    return "\x1b[1;31m";
  }
  return "";
}

} // namespace

StyledText& StyledText::add(Style style, std::string_view text) {
  TerminalFilter filter;
  m_bytes += sequence_of(style);
  m_bytes += filter.filter(text);
  m_bytes += filter.finish();
  if (style != Style::plain)
    m_bytes += "\x1b[0m";
  return *this;
}

std::string json_for_terminal(std::string_view document) {
  std::string shown;
  shown.reserve(document.size());
  while (!document.empty()) {
    const auto character = next_character(document);
    const auto bytes = document.substr(0, character.length);
    if (character.value >= 0x7F && (is_control(character.value) || turns_text(character.value))) {
      constexpr std::string_view digits = "0123456789abcdef";
      shown += "\\u";
      for (const unsigned shift : {12U, 8U, 4U, 0U})
        shown += digits[(static_cast<unsigned>(character.value) >> shift) & 0xFU];
    } else {
      shown += bytes;
    }
    document.remove_prefix(bytes.size());
  }
  return shown;
}

std::string one_line(std::string_view text, std::size_t longest) {
  std::string broken_lines{text};
  std::replace(broken_lines.begin(), broken_lines.end(), '\n', ' ');
  std::replace(broken_lines.begin(), broken_lines.end(), '\r', ' ');
  std::replace(broken_lines.begin(), broken_lines.end(), '\t', ' ');
  TerminalFilter filter;
  std::string line = filter.filter(broken_lines);
  line += filter.finish();
  if (line.size() <= longest)
    return line;
  constexpr std::string_view ellipsis = "…";
  std::size_t end = longest - std::min(longest, ellipsis.size());
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U)
    --end;
  return line.substr(0, end) + std::string{ellipsis};
}

std::string without_paste_marks(std::string_view typed) {
  std::string text{typed};
  for (const std::string_view mark : {"\x1b[200~", "\x1b[201~"})
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
      text.erase(at, mark.size());
  return text;
}

namespace {

struct Cluster {
  std::size_t length; // bytes
  std::size_t width;  // columns
};

// The first character of `text` with those that are shown in its columns: combining marks, the parts of an
// emoji sequence behind a zero-width joiner, and a skin tone. Variation selector 16 makes a narrow character
// an emoji (UTS #51).
Cluster first_cluster(std::string_view text) {
  constexpr char32_t joiner = 0x200D;
  constexpr char32_t emoji_selector = 0xFE0F;
  const auto first = next_character(text);
  Cluster cluster{first.length, static_cast<std::size_t>(character_width(first.value))};
  bool joined = false;
  while (cluster.length < text.size() && !is_control(first.value)) {
    const auto next = next_character(text.substr(cluster.length));
    const bool is_skin_tone = next.value >= 0x1F3FB && next.value <= 0x1F3FF && cluster.width == 2;
    if (is_control(next.value) || !(joined || is_skin_tone || character_width(next.value) == 0))
      break;
    if (next.value == emoji_selector && cluster.width == 1)
      cluster.width = 2;
    joined = next.value == joiner && cluster.width == 2;
    cluster.length += next.length;
  }
  return cluster;
}

} // namespace

std::size_t display_width(std::string_view text) {
  const auto plain =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_printable_ascii) - text.begin());
  if (plain == text.size()) // most texts
    return plain;
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto cluster = first_cluster(text);
    columns += cluster.width;
    text.remove_prefix(cluster.length);
  }
  return columns;
}

std::string_view first_columns(std::string_view text, std::size_t columns) {
  std::size_t taken = 0;
  std::size_t width = 0;
  while (taken < text.size()) {
    const auto cluster = first_cluster(text.substr(taken));
    width += cluster.width;
    if (width > columns)
      break;
    taken += cluster.length;
  }
  return text.substr(0, taken);
}

} // namespace chutes
