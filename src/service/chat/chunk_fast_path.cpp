#include "service/chat/chunk_fast_path.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::service {
namespace {

constexpr std::string_view content_name = "\"content\":";

std::size_t after_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at]))
    ++at;
  return at;
}

// The delta of a chunk that has one choice, the first; else null.
const Json* only_delta(const Json& chunk) {
  const Json* choices = find_field(chunk, "choices");
  if (choices == nullptr || !choices->is_array() || choices->size() != 1 ||
      integer_field(choices->front(), "index").value_or(0) != 0)
    return nullptr;
  return find_field(choices->front(), "delta");
}

// Whether a choice has no list or object besides its delta: those of all chunks are put together.
bool holds_only_delta(const Json& chunk) {
  const auto items = chunk.at("choices").front().items();
  return std::all_of(items.begin(), items.end(), [](const auto& item) {
    return item.key() == "delta" || item.value().empty() || item.value().is_primitive();
  });
}

bool holds_only_content(const Json& delta) {
  if (!delta.is_object() || !string_field(delta, "content"))
    return false;
  const auto items = delta.items();
  return std::all_of(items.begin(), items.end(), [](const auto& item) {
    const bool is_text = item.value().is_string() && (item.key() == "content" || item.key() == "role");
    return is_text || item.value().is_null();
  });
}

// The whole numbers outside of strings after the content; `after` begins with the content's closing quotation
// mark.
std::vector<NumberPlace> numbers_in(std::string_view after) {
  std::vector<NumberPlace> numbers;
  bool in_string = false;
  for (std::size_t at = 1; at < after.size(); ++at) {
    if (after[at] == '"')
      in_string = !in_string;
    if (in_string || !is_digit(after[at]))
      continue;
    const auto begin = at;
    at = after_digits(after, begin);
    const bool is_whole = std::string_view{":,[ "}.find(after[begin - 1]) != std::string_view::npos &&
                          std::string_view{".eE"}.find(after[at]) == std::string_view::npos;
    if (is_whole)
      numbers.push_back({begin, at});
    --at;
  }
  return numbers;
}

// A JSON integer without a leading zero that fits 64 bits.
bool is_number(std::string_view digits) {
  constexpr std::size_t most = 18;
  return digits.size() == 1 || (!digits.empty() && digits.size() <= most && digits.front() != '0');
}

// ASCII that needs no escape in a JSON string.
bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= ' ' && byte < 0x80 && c != '"' && c != '\\';
}

std::size_t after_plain(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_plain(text[at]))
    ++at;
  return at;
}

// The position of the closing quotation mark of the JSON string that begins at `begin`.
std::size_t string_end(std::string_view text, std::size_t begin) {
  for (auto at = begin; at < text.size(); ++at)
    if (text[at] == '"')
      return at;
    else if (text[at] == '\\')
      ++at;
  return std::string_view::npos;
}

char unescaped(char c) {
  switch (c) {
  case 'n':
    return '\n';
  case 't':
    return '\t';
  case 'r':
    return '\r';
  case '"':
  case '\\':
  case '/':
    return c;
  default:
    return '\0'; // left to the parser
  }
}

// Appends the decoded JSON string; returns false and appends nothing if it holds complex escapes or invalid
// bytes.
bool append_decoded(std::string_view string, std::string& text) {
  const auto begin = text.size();
  const bool plain = std::none_of(string.begin(), string.end(), [](unsigned char c) { return c < ' '; }) &&
                     !invalid_utf8_at(string);
  if (plain && string.find('\\') == std::string_view::npos) {
    text += string;
    return true;
  }
  for (std::size_t at = 0; plain && at < string.size(); ++at) {
    const char c = string[at] == '\\' && at + 1 < string.size() ? unescaped(string[++at]) : string[at];
    if (c == '\0') {
      text.resize(begin);
      return false;
    }
    text += c;
  }
  return plain;
}

} // namespace

// Whether the template is that of `data`, whose content was too complex to read.
bool ChunkFastPath::knows(std::string_view data) const {
  if (m_before.empty() || !data.starts_with(m_before))
    return false;
  const auto end = string_end(data, m_before.size());
  return end != std::string_view::npos && tail_matches(data.substr(end));
}

void ChunkFastPath::learn(std::string_view data, const Json& chunk) {
  if (knows(data))
    return;
  m_before.clear();
  const Json* delta = only_delta(chunk);
  const auto name = data.find(content_name);
  if (delta == nullptr || !holds_only_content(*delta) || !holds_only_delta(chunk) ||
      name == std::string_view::npos)
    return;
  const auto quote = data.find_first_not_of(' ', name + content_name.size());
  const auto end = quote == std::string_view::npos ? quote : string_end(data, quote + 1);
  if (end == std::string_view::npos || data[quote] != '"')
    return;
  std::string before{data.substr(0, quote + 1)};
  std::string after{data.substr(end)};
  // Check the template: with another text in its place, the chunk must parse to that content.
  constexpr const char* another = "another text";
  const auto varied = parse_json(before + another + after);
  const Json* varied_delta = varied ? only_delta(*varied) : nullptr;
  if (varied_delta == nullptr || string_field(*varied_delta, "content") != another)
    return;
  m_before = std::move(before);
  m_after = std::move(after);
  // The index of a choice must not differ, nor the number of an error; and an escape may hide a member name.
  const bool may_differ = m_after.find("\"index\"") == std::string::npos &&
                          m_after.find("\"error\"") == std::string::npos &&
                          m_after.find('\\') == std::string::npos;
  m_numbers = may_differ ? numbers_in(m_after) : std::vector<NumberPlace>{};
}

bool ChunkFastPath::read(std::string_view data, std::string& text) const {
  if (m_before.empty() || !data.starts_with(m_before))
    return false;
  data.remove_prefix(m_before.size());
  const auto plain = after_plain(data);
  if (tail_matches(data.substr(plain))) { // the common case
    text += data.substr(0, plain);
    return true;
  }
  const auto end = string_end(data, plain);
  return end != std::string_view::npos && tail_matches(data.substr(end)) &&
         append_decoded(data.substr(0, end), text);
}

// Compares with m_after; numbers may differ, also in length.
bool ChunkFastPath::tail_matches(std::string_view rest) const {
  const std::string_view known{m_after};
  if (rest == known)
    return true;
  std::size_t read = 0; // of the template
  for (const auto& number : m_numbers) {
    const auto text = known.substr(read, number.begin - read);
    if (!rest.starts_with(text))
      return false;
    rest.remove_prefix(text.size());
    const auto digits = rest.substr(0, after_digits(rest, 0));
    if (!is_number(digits))
      return false;
    rest.remove_prefix(digits.size());
    read = number.end;
  }
  return rest == known.substr(read);
}

} // namespace chutes::service
