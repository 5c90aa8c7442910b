// Fuzzes the filter between untrusted text and a terminal: the output holds no control sequences, however the
// text is cut, and harmless text passes unchanged; and JSON for a terminal, which means the same. The first
// line of an input cuts the rest.
#include "base/terminal_text.hpp"

#include "base/json_fields.hpp"
#include "base/utf8.hpp"
#include "fuzz/fuzz.hpp"

#include <nlohmann/json.hpp>

#include <string>

using namespace chutes;

namespace {

std::string filtered(std::string_view text, std::string_view cuts) {
  TerminalFilter filter;
  std::string out;
  fuzz::in_pieces(text, cuts, [&](std::string_view piece) { out += filter.filter(piece); });
  return out + filter.finish();
}

// Whether UTF-8 holds no control characters except line breaks and tabs, and no bidirectional overrides.
bool is_harmless(const std::string& text) {
  for (std::string_view rest{text}; !rest.empty();) {
    const auto character = next_character(rest);
    const auto c = character.value;
    if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
        (c >= 0x2066 && c <= 0x2069))
      return false;
    rest.remove_prefix(character.length);
  }
  return !invalid_utf8_at(text);
}

void check_line(std::string_view text, std::size_t limit) {
  const auto line = one_line(text, limit);
  fuzz::require(line.size() <= std::max(limit, std::string_view{"…"}.size()) && is_harmless(line));
  fuzz::require(line.find_first_of("\n\t") == std::string::npos);
}

// A document for a terminal is harmless, and means the same.
void check_json(std::string_view text) {
  const auto document = json_line(Json(std::string{text}));
  const auto shown = json_for_terminal(document);
  fuzz::require(is_harmless(shown) && parse_json(shown) == parse_json(document));
}

void check_columns(const std::string& shown, std::size_t limit) {
  const auto front = first_columns(shown, limit);
  fuzz::require(shown.starts_with(front) && !invalid_utf8_at(front) && display_width(front) <= limit);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const auto cuts = fuzz::take_line(text);
  const auto shown = filtered(text, {});
  fuzz::require(is_harmless(shown));
  fuzz::require(filtered(shown, {}) == shown);
  fuzz::require(filtered(text, "a") == shown);
  fuzz::require(filtered(text, cuts) == shown);
  if (is_harmless(std::string{text}))
    fuzz::require(shown == text);
  check_json(text);
  check_line(text, cuts.size());
  check_line(text, 80);
  check_columns(shown, cuts.size());
  check_columns(shown, 80);
  return 0;
}
