#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "service/schema/ecma_pattern.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace chutes::service {
namespace {

// WhiteSpace and LineTerminator of ECMA-262 (§12.2, §12.3), and all others, as the inside of a class.
constexpr std::string_view blanks =
    R"(\x09-\x0d\x20\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view others =
    R"(\x00-\x08\x0e-\x1f\x21-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e})"
    R"(\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff})";

struct Category {
  std::string_view name;
  std::string_view abbreviation;
};
constexpr std::array<Category, 38> categories{{{"Cased_Letter", "L&"},
                                               {"Close_Punctuation", "Pe"},
                                               {"Connector_Punctuation", "Pc"},
                                               {"Control", "Cc"},
                                               {"Currency_Symbol", "Sc"},
                                               {"Dash_Punctuation", "Pd"},
                                               {"Decimal_Number", "Nd"},
                                               {"digit", "Nd"},
                                               {"Enclosing_Mark", "Me"},
                                               {"Final_Punctuation", "Pf"},
                                               {"Format", "Cf"},
                                               {"Initial_Punctuation", "Pi"},
                                               {"LC", "L&"},
                                               {"Letter", "L"},
                                               {"Letter_Number", "Nl"},
                                               {"Line_Separator", "Zl"},
                                               {"Lowercase_Letter", "Ll"},
                                               {"Mark", "M"},
                                               {"Math_Symbol", "Sm"},
                                               {"Modifier_Letter", "Lm"},
                                               {"Modifier_Symbol", "Sk"},
                                               {"Nonspacing_Mark", "Mn"},
                                               {"Number", "N"},
                                               {"Open_Punctuation", "Ps"},
                                               {"Other", "C"},
                                               {"Other_Letter", "Lo"},
                                               {"Other_Number", "No"},
                                               {"Other_Punctuation", "Po"},
                                               {"Other_Symbol", "So"},
                                               {"Paragraph_Separator", "Zp"},
                                               {"Private_Use", "Co"},
                                               {"Punctuation", "P"},
                                               {"Separator", "Z"},
                                               {"Space_Separator", "Zs"},
                                               {"Spacing_Mark", "Mc"},
                                               {"Symbol", "S"},
                                               {"Titlecase_Letter", "Lt"},
                                               {"Uppercase_Letter", "Lu"}}};

struct Untranslatable {};

std::string code_point(unsigned long value) {
  constexpr unsigned long last = 0x10ffff;
  if (value > last || (value >= 0xd800 && value <= 0xdfff))
    throw Untranslatable{};
  std::array<char, 8> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  return "\\x{" + std::string{digits.data(), end} + "}";
}

class Translation {
public:
  explicit Translation(std::string_view pattern) : m_rest(pattern) {}

  std::string run() {
    while (!m_rest.empty())
      translate_term();
    return std::move(m_text);
  }

private:
  void translate_term() {
    const char c = take();
    if (quantifier(c))
      return;
    m_after_quantifier = false;
    if (c == '\\')
      m_text += outside_class(take());
    else if (c == '[')
      translate_class();
    else if (c == '(')
      open_group();
    else if (c == '.')
      m_text += R"([^\n\r\x{2028}\x{2029}])";
    else if (c == '{' || c == '}' || c == ']')
      m_text += std::string{'\\', c};
    else
      m_text += c;
  }

  // "*", "+", "?", "{2}", "{2,}", "{2,3}", each also with "?" behind it.
  bool quantifier(char c) {
    std::string text{c};
    if (c == '{') {
      const auto end = m_rest.find('}');
      if (end == std::string_view::npos || !is_repetition(m_rest.substr(0, end)))
        return false;
      text += m_rest.substr(0, end + 1);
      m_rest.remove_prefix(end + 1);
    } else if (c != '*' && c != '+' && c != '?') {
      return false;
    }
    if (m_after_quantifier) // which PCRE2 reads as possessive
      throw Untranslatable{};
    m_after_quantifier = true;
    m_text += text;
    if (m_rest.starts_with('?'))
      m_text += take();
    return true;
  }

  static bool is_repetition(std::string_view inside) {
    const auto comma = std::min(inside.find(','), inside.size());
    const auto digits = [](std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); };
    return comma > 0 && digits(inside.substr(0, comma)) &&
           (comma == inside.size() || digits(inside.substr(comma + 1)));
  }

  void open_group() {
    m_text += '(';
    if (m_rest.starts_with('*'))
      throw Untranslatable{};
    if (!m_rest.starts_with('?'))
      return;
    static constexpr std::array<std::string_view, 5> kinds{"?:", "?=", "?!", "?<=", "?<!"};
    for (const auto kind : kinds)
      if (m_rest.starts_with(kind)) {
        m_rest.remove_prefix(kind.size());
        m_text += kind;
        return;
      }
    if (!m_rest.starts_with("?<"))
      throw Untranslatable{};
    m_rest.remove_prefix(2);
    m_text += "?<" + group_name() + ">";
  }

  // The name up to '>', which it takes.
  std::string group_name() {
    const auto end = m_rest.find('>');
    const auto name = m_rest.substr(0, end);
    if (end == std::string_view::npos || name.empty() || is_digit(name.front()) ||
        !std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '_'; }))
      throw Untranslatable{};
    m_rest.remove_prefix(end + 1);
    return std::string{name};
  }

  std::string outside_class(char c) {
    if (std::string_view{"dDwWbB"}.find(c) != std::string_view::npos)
      return {'\\', c};
    if (c == 's' || c == 'S')
      return (c == 's' ? "[" : "[^") + std::string{blanks} + "]";
    if (c == 'k' && m_rest.starts_with('<')) {
      take();
      return "\\k<" + group_name() + ">";
    }
    if (c >= '1' && c <= '9') {
      std::string number{c};
      while (!m_rest.empty() && is_digit(m_rest.front()))
        number += take();
      return "\\g{" + number + "}";
    }
    return escaped(c);
  }

  // From behind "[" to its "]".
  void translate_class() {
    m_text += '[';
    if (m_rest.starts_with('^'))
      m_text += take();
    bool set = false;   // what came last was a set of characters,
    bool range = false; // or the hyphen of a range
    for (bool first = true; !m_rest.starts_with(']'); first = false) {
      const char c = take();
      const bool hyphen = c == '-' && !first && !m_rest.starts_with(']');
      const bool escape = c == '\\';
      const char name = escape ? take() : c;
      const bool is_set = escape && std::string_view{"dDwWsSpP"}.find(name) != std::string_view::npos;
      if (range && is_set)
        throw Untranslatable{};
      if (hyphen && set)
        m_text += "\\-";
      else
        m_text += escape ? inside_class(name) : c == '[' ? "\\[" : std::string{c};
      range = hyphen && !set && !range;
      set = is_set;
    }
    m_text += take();
  }

  std::string inside_class(char c) {
    if (std::string_view{"dDwW"}.find(c) != std::string_view::npos)
      return {'\\', c};
    if (c == 's' || c == 'S')
      return std::string{c == 's' ? blanks : others};
    return c == 'b' ? "\\x08" : escaped(c);
  }

  // What means the same inside and outside of a class.
  std::string escaped(char c) {
    switch (c) {
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return {'\\', c};
    case 'v':
      return "\\x0b";
    case '0':
      if (!m_rest.empty() && is_digit(m_rest.front()))
        throw Untranslatable{};
      return "\\x00";
    case 'c':
      return control_letter();
    case 'x':
      return code_point(hexadecimal(2));
    case 'u':
      return m_rest.starts_with('{') ? code_point(hexadecimal_in_braces()) : code_unit();
    case 'p':
    case 'P':
      return property(c);
    default:
      if (is_letter(c) || is_digit(c))
        throw Untranslatable{};
      const bool ascii = static_cast<unsigned char>(c) < 0x80;
      return ascii ? std::string{'\\', c} : std::string{c};
    }
  }

  std::string control_letter() {
    const char letter = take();
    if (!is_letter(letter))
      throw Untranslatable{};
    return code_point(static_cast<unsigned char>(letter) % 32U);
  }

  // \uHHHH, and the second half of a surrogate pair behind it
  std::string code_unit() {
    const auto first = hexadecimal(4);
    if (first < 0xd800 || first > 0xdbff || !m_rest.starts_with("\\u"))
      return code_point(first);
    m_rest.remove_prefix(2);
    const auto second = hexadecimal(4);
    if (second < 0xdc00 || second > 0xdfff)
      throw Untranslatable{};
    return code_point(0x10000 + ((first - 0xd800) << 10U) + (second - 0xdc00));
  }

  unsigned long hexadecimal(std::size_t digits) {
    unsigned long value = 0;
    const auto* end = m_rest.data() + std::min(digits, m_rest.size());
    const auto result = std::from_chars(m_rest.data(), end, value, 16);
    if (m_rest.size() < digits || result.ec != std::errc{} || result.ptr != end)
      throw Untranslatable{};
    m_rest.remove_prefix(digits);
    return value;
  }

  unsigned long hexadecimal_in_braces() {
    const auto end = m_rest.find('}');
    if (end == std::string_view::npos || end < 2)
      throw Untranslatable{};
    take();
    const auto value = hexadecimal(end - 1);
    take();
    return value;
  }

  // \p{L}, \p{Letter}, \p{Script=Greek}, \p{Alphabetic}
  std::string property(char c) {
    const auto end = m_rest.find('}');
    if (!m_rest.starts_with('{') || end == std::string_view::npos)
      throw Untranslatable{};
    auto name = m_rest.substr(1, end - 1);
    m_rest.remove_prefix(end + 1);
    std::string prefix;
    if (const auto equals = name.find('='); equals != std::string_view::npos) {
      const auto kind = name.substr(0, equals);
      name.remove_prefix(equals + 1);
      if (kind == "Script" || kind == "sc")
        prefix = "sc:";
      else if (kind == "Script_Extensions" || kind == "scx")
        prefix = "scx:";
      else if (kind != "General_Category" && kind != "gc")
        throw Untranslatable{};
    }
    const auto* const category =
        std::find_if(categories.begin(), categories.end(), [&](const auto& one) { return one.name == name; });
    const auto word = prefix.empty() && category != categories.end() ? category->abbreviation : name;
    if (!std::all_of(word.begin(), word.end(),
                     [](char one) { return is_letter(one) || is_digit(one) || one == '_' || one == '&'; }))
      throw Untranslatable{};
    return std::string{'\\', c, '{'} + prefix + std::string{word} + "}";
  }

  char take() {
    if (m_rest.empty())
      throw Untranslatable{};
    const char c = m_rest.front();
    m_rest.remove_prefix(1);
    return c;
  }

  std::string_view m_rest;
  std::string m_text;
  bool m_after_quantifier = false;
};

} // namespace

std::optional<std::string> translated_pattern(std::string_view pattern) {
  if (invalid_utf8_at(pattern))
    return std::nullopt;
  try {
    return Translation{pattern}.run();
  } catch (const Untranslatable&) {
    return std::nullopt;
  }
}

} // namespace chutes::service
