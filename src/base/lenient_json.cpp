#include "base/lenient_json.hpp"

#include "base/ascii.hpp"
#include "base/json_text.hpp"
#include "base/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace chutes {
namespace {

constexpr std::string_view number_characters = "+-.0123456789eE";
constexpr std::size_t deepest = 512;
constexpr std::size_t most_containers = 4'000'000; // each takes many times its two bytes of text

// A string that nlohmann would refuse, decoded, or a number that it would, and the place among the document's
// strings.
struct OddValue {
  std::size_t place = 0;
  std::string text;
  bool is_number = false;
};

// Builds a document from the parser's events.
class Builder {
public:
  explicit Builder(std::vector<OddValue> odd) : m_odd(std::move(odd)) {}

  [[nodiscard]] Json& root() { return m_root; }
  // Whether it is too deep or too large, whatever its form.
  [[nodiscard]] bool refused() const { return m_refused; }

  bool null() { return add(nullptr) != nullptr; }
  bool boolean(bool value) { return add(value) != nullptr; }
  bool number_integer(Json::number_integer_t value) {
    return add(value == 0 ? number_as_written(value, "-0") : Json(value)) != nullptr;
  }
  bool number_unsigned(Json::number_unsigned_t value) { return add(value) != nullptr; }
  bool number_float(Json::number_float_t value, const std::string& text) {
    return add(number_as_written(value, text)) != nullptr;
  }
  bool string(std::string& value) {
    const bool is_number = next_is_number();
    auto text = decoded(value);
    const auto number = is_number ? parse_number(text) : std::nullopt;
    return is_number ? number && add(*number) != nullptr : add(std::move(text)) != nullptr;
  }
  static bool binary(const Json::binary_t&) { return false; }
  bool start_object(std::size_t) { return begin(Json::object()); }
  bool start_array(std::size_t) { return begin(Json::array()); }
  bool end_object() { return end(); }
  bool end_array() { return end(); }
  bool key(std::string& name) {
    if (next_is_number())
      return false;
    m_member = &m_open.back().members.at(*m_open.back().container, well_formed(decoded(name)));
    return true;
  }
  template <typename Failure>
  static bool parse_error(std::size_t, const std::string&, const Failure&) {
    return false;
  }

private:
  struct Open {
    Json* container = nullptr;
    JsonMembers members{}; // of an object
  };

  // Neither the container nor a member moves while what is inside it is read.
  Json* add(Json value) {
    if (m_open.empty()) {
      m_root = std::move(value);
      return &m_root;
    }
    Json& container = *m_open.back().container;
    if (container.is_object()) {
      *m_member = std::move(value);
      return m_member;
    }
    container.push_back(std::move(value));
    return &container.back();
  }

  bool begin(Json container) {
    if (m_open.size() >= deepest || ++m_containers > most_containers) {
      m_refused = true;
      return false;
    }
    Json* added = add(std::move(container));
    m_open.push_back({added});
    return true;
  }

  bool end() {
    m_open.pop_back();
    return true;
  }

  [[nodiscard]] bool next_is_odd() const {
    return m_next_odd < m_odd.size() && m_odd[m_next_odd].place == m_strings;
  }
  [[nodiscard]] bool next_is_number() const { return next_is_odd() && m_odd[m_next_odd].is_number; }

  std::string decoded(std::string& value) {
    const bool odd = next_is_odd();
    ++m_strings;
    return std::move(odd ? m_odd[m_next_odd++].text : value);
  }

  std::vector<OddValue> m_odd;
  std::size_t m_next_odd = 0;
  std::size_t m_strings = 0;
  std::size_t m_containers = 0;
  std::vector<Open> m_open;
  Json* m_member = nullptr; // whose value comes next
  Json m_root;
  bool m_refused = false;
};

// Decodes one JSON string as generously as take_json promises.
class StringDecoder {
public:
  // `text` begins behind the opening quotation mark.
  explicit StringDecoder(std::string_view text) : m_text(text) {}

  // Returns false if the string does not end.
  [[nodiscard]] bool decode() {
    while (m_at < m_text.size()) {
      const char c = m_text[m_at];
      if (c == '"') {
        m_odd = m_odd || invalid_utf8_at(m_text.substr(0, m_at)).has_value();
        ++m_at;
        return true;
      }
      if (c == '\\' && m_at + 1 < m_text.size())
        take_escape();
      else
        take_plain(c);
    }
    return false;
  }
  [[nodiscard]] std::string& value() { return m_value; }
  [[nodiscard]] std::size_t length() const { return m_at; } // with the closing quotation mark
  // Whether a strict parser would refuse it.
  [[nodiscard]] bool is_odd() const { return m_odd; }

private:
  void take_plain(char c) {
    m_odd = m_odd || static_cast<unsigned char>(c) < ' ';
    m_value += c;
    ++m_at;
  }

  void take_escape() {
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const char name = m_text[m_at + 1];
    const auto known = names.find(name);
    const auto unit = name == 'u' ? unit_at(m_at) : std::nullopt;
    if (unit) {
      take_unit(*unit);
    } else if (known != std::string_view::npos) {
      m_value += meanings[known];
      m_at += 2;
    } else {
      m_odd = true;
      take_plain('\\');
    }
  }

  // The UTF-16 code unit of the escape \uXXXX there, if it is one.
  [[nodiscard]] std::optional<char32_t> unit_at(std::size_t at) const {
    constexpr std::size_t digits = 4;
    const auto escape = m_text.substr(std::min(at, m_text.size()), 2 + digits);
    if (escape.size() != 2 + digits || !escape.starts_with("\\u"))
      return std::nullopt;
    char32_t unit = 0;
    for (const char c : escape.substr(2)) {
      const auto digit = std::string_view{"0123456789abcdef0123456789ABCDEF"}.find(c);
      if (digit == std::string_view::npos)
        return std::nullopt;
      unit = unit * 16 + static_cast<char32_t>(digit % 16);
    }
    return unit;
  }

  void take_unit(char32_t unit) {
    constexpr std::size_t length = 6;
    m_at += length;
    const auto next = is_high_surrogate(unit) ? unit_at(m_at) : std::nullopt;
    if (next && is_low_surrogate(*next)) {
      m_at += length;
      append_utf8(m_value, joined_surrogates(unit, *next));
      return;
    }
    m_odd = m_odd || is_high_surrogate(unit) || is_low_surrogate(unit);
    append_utf8(m_value, unit);
  }

  std::string_view m_text;
  std::size_t m_at = 0;
  std::string m_value;
  bool m_odd = false;
};

// Copies the document at the front of a text so that a strict parser accepts it: odd strings and numbers
// beyond a double are set aside, and numbers that are none become null.
class Cleaner {
public:
  explicit Cleaner(std::string_view text) : m_text(text) {}

  // Returns false if the document does not end.
  [[nodiscard]] bool clean() {
    while (m_at < m_text.size()) {
      if (m_text[m_at] == '"' ? !take_string() : !take_other())
        return false;
      if (m_depth == 0 && (m_clean.ends_with('"') || m_clean.ends_with('}') || m_clean.ends_with(']')))
        return true;
    }
    return m_depth == 0 && !m_clean.empty();
  }
  [[nodiscard]] const std::string& text() const { return m_clean; }
  [[nodiscard]] std::size_t length() const { return m_at; } // of the document
  [[nodiscard]] std::vector<OddValue> odd() { return std::move(m_odd); }

private:
  bool take_string() {
    StringDecoder string{m_text.substr(m_at + 1)};
    if (!string.decode())
      return false;
    if (string.is_odd())
      set_aside(std::move(string.value()), false);
    else
      m_clean += m_text.substr(m_at, 1 + string.length());
    ++m_strings;
    m_at += 1 + string.length();
    return true;
  }

  void set_aside(std::string text, bool is_number) {
    m_odd.push_back({m_strings, std::move(text), is_number});
    m_clean += "\"\"";
  }

  // Takes the number there, if it is beyond a double.
  bool take_large_number() {
    const auto rest = m_text.substr(m_at);
    const auto length = std::min(rest.find_first_not_of(number_characters), rest.size());
    double value = 0;
    if (std::from_chars(rest.data(), rest.data() + length, value).ec != std::errc::result_out_of_range)
      return false;
    set_aside(std::string{rest.substr(0, length)}, true);
    ++m_strings;
    m_at += length;
    return true;
  }

  // Takes one character, a word, or a large number. Returns false at one that no document holds.
  bool take_other() {
    constexpr std::array<std::string_view, 3> no_numbers{"-Infinity", "Infinity", "NaN"};
    for (const auto word : no_numbers)
      if (m_text[m_at] == word.front() && m_text.substr(m_at).starts_with(word)) {
        m_clean += "null";
        m_at += word.size();
        return true;
      }
    const bool may_be_number = is_digit(m_text[m_at]) || m_text[m_at] == '-';
    const bool goes_on = !m_clean.empty() && number_characters.find(m_clean.back()) != std::string_view::npos;
    if (may_be_number && !goes_on && take_large_number())
      return true;
    const char c = m_text[m_at++];
    m_depth += c == '{' || c == '[' ? 1U : 0U;
    if (c == '\0' || ((c == '}' || c == ']') && m_depth-- == 0))
      return false;
    m_clean += c;
    return true;
  }

  std::string_view m_text;
  std::size_t m_at = 0;
  std::size_t m_depth = 0;
  std::size_t m_strings = 0;
  std::string m_clean;
  std::vector<OddValue> m_odd;
};

std::optional<Json> built(std::string_view text, std::vector<OddValue> odd, bool& refused) {
  Builder builder{std::move(odd)};
  const bool complete = Json::sax_parse(text, &builder);
  refused = builder.refused();
  return complete ? std::optional{std::move(builder.root())} : std::nullopt;
}

} // namespace

std::optional<Json> take_json(std::string_view& text) {
  const auto document = trim(without_byte_order_mark(trim(text)));
  bool refused = false;
  auto value = built(document, {}, refused);                    // most are strict JSON, and alone
  if (value && document.find('\0') == std::string_view::npos) { // nlohmann takes a NUL for the end
    text = {};
    return value;
  }
  Cleaner cleaner{document};
  if (refused || !cleaner.clean())
    return std::nullopt;
  value = built(cleaner.text(), cleaner.odd(), refused);
  if (value)
    text = document.substr(cleaner.length());
  return value;
}

std::optional<Json> parse_lenient_json(std::string_view text) {
  auto value = take_json(text);
  return trim(text).empty() ? std::move(value) : std::nullopt;
}

void make_well_formed(Json& value) {
  if (auto* text = value.get_ptr<std::string*>(); text != nullptr) {
    if (invalid_utf8_at(*text))
      *text = well_formed(*text);
  } else if (value.is_structured()) {
    for (auto& item : value)
      make_well_formed(item);
  }
}

Json& JsonMembers::at(Json& object, const std::string& name) {
  constexpr std::size_t large = 64;
  constexpr std::size_t often = 8;
  auto& members = object.get_ref<Json::object_t&>();
  const auto place = [&](std::size_t i) { return members.begin() + static_cast<std::ptrdiff_t>(i); };
  if (members.size() < large || ++m_searches < often) {
    const auto same = [&](const auto& member) { return member.first == name; };
    const auto found = std::find_if(members.begin(), members.end(), same);
    if (found != members.end())
      return found->second;
  } else {
    while (m_places.size() < members.size())
      m_places.emplace(place(m_places.size())->first, m_places.size());
    if (const auto found = m_places.find(name); found != m_places.end())
      return place(found->second)->second;
  }
  return members.emplace_back(name, nullptr).second;
}

} // namespace chutes
