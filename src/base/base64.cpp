#include "base/base64.hpp"

#include "base/ascii.hpp"

#include <array>
#include <cstdint>

namespace chutes {
namespace {

constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view bytes, std::string_view alphabet) {
  std::string result;
  result.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6)
      result += alphabet[bits >> (count - 6) & 63];
  }
  if (count > 0)
    result += alphabet[bits << (6 - count) & 63];
  return result;
}

// The value of each byte in `alphabet`; -1 for a byte outside it.
constexpr std::array<std::int8_t, 256> values_of(std::string_view alphabet) {
  std::array<std::int8_t, 256> values{};
  for (auto& value : values)
    value = -1;
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}
constexpr auto standard_values = values_of(standard_alphabet);
constexpr auto url_values = values_of(url_alphabet);

std::optional<std::string> decode(std::string_view text, const std::array<std::int8_t, 256>& values) {
  std::string result(text.size() * 3 / 4, '\0');
  std::size_t written = 0;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto value = values[static_cast<unsigned char>(c)];
    if (value < 0)
      return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      result[written++] = static_cast<char>(bits >> count & 255);
    }
  }
  const bool rest_is_zero = (bits & ((1U << count) - 1U)) == 0;
  if (count >= 6 || !rest_is_zero)
    return std::nullopt;
  return result;
}

} // namespace

std::string base64_encode(std::string_view bytes) {
  std::string result = encode(bytes, standard_alphabet);
  result.append((4 - result.size() % 4) % 4, '=');
  return result;
}

std::string base64url_encode(std::string_view bytes) {
  return encode(bytes, url_alphabet);
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0)
    return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i)
    text.remove_suffix(1);
  return decode(text, standard_values);
}

std::optional<std::string> base64url_decode(std::string_view text) {
  return decode(text, url_values);
}

std::optional<std::string> base64_decode_any(std::string_view text) {
  std::string bare;
  bare.reserve(text.size());
  for (const char c : text)
    if (!is_space(c))
      bare += c == '-' ? '+' : c == '_' ? '/' : c;
  for (int i = 0; i < 2 && bare.ends_with('='); ++i)
    bare.pop_back();
  return decode(bare, standard_values);
}

} // namespace chutes
