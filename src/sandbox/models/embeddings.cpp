#include "sandbox/models/embeddings.hpp"

#include "base/base64.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace chutes::sandbox {
namespace {

constexpr std::int64_t usual_dimensions = 32;
constexpr std::int64_t most_dimensions = 4096;

// Each value is exact as a 32-bit float.
std::vector<float> vector_of(std::string_view text, std::size_t dimensions) {
  std::uint32_t state = 2166136261U;
  for (const char c : text)
    state = (state ^ static_cast<unsigned char>(c)) * 16777619U;
  std::vector<float> vector;
  vector.reserve(dimensions);
  for (std::size_t index = 0; index < dimensions; ++index) {
    state = state * 1664525U + 1013904223U;
    vector.push_back(static_cast<float>(state >> 16U) / 65536.0F - 0.5F);
  }
  return vector;
}

std::string little_endian_bytes(const std::vector<float>& vector) {
  std::string bytes;
  bytes.reserve(vector.size() * sizeof(float));
  for (const float value : vector)
    for (unsigned int shift = 0; shift < 32; shift += 8)
      bytes += static_cast<char>((std::bit_cast<std::uint32_t>(value) >> shift) & 0xFFU);
  return bytes;
}

bool all_of_type(const Json& list, bool (Json::*is_type)() const noexcept) {
  return list.is_array() && !list.empty() &&
         std::all_of(list.begin(), list.end(), [is_type](const Json& item) { return (item.*is_type)(); });
}

bool is_tokens(const Json& input) {
  return all_of_type(input, &Json::is_number_integer);
}

bool is_input(const Json& input) {
  const bool one = input.is_string() || is_tokens(input);
  return one || all_of_type(input, &Json::is_string) ||
         (input.is_array() && !input.empty() && std::all_of(input.begin(), input.end(), is_tokens));
}

std::size_t token_count(const Json& input) {
  if (!input.is_string())
    return input.size();
  const auto text = input.get<std::string>();
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
}

} // namespace

std::optional<std::string> embeddings_refusal(const Json& request) {
  const Json* input = find_field(request, "input");
  if (input == nullptr)
    return "input: Field required";
  if (!is_input(*input))
    return "input: Input should be a text, a list of texts or lists of tokens";
  const Json* format = find_field(request, "encoding_format");
  if (format != nullptr && !format->is_null() && *format != "float" && *format != "base64")
    return "encoding_format: Input should be 'float' or 'base64'";
  const Json* dimensions = find_field(request, "dimensions");
  if (dimensions == nullptr || dimensions->is_null())
    return std::nullopt;
  const auto number = integer_field(request, "dimensions").value_or(0);
  return number >= 1 && number <= most_dimensions
             ? std::nullopt
             : std::optional{"dimensions must be between 1 and " + std::to_string(most_dimensions)};
}

Json embeddings(const Json& request, const std::string& model) {
  const Json& input = request.at("input");
  const Json inputs = input.is_string() || is_tokens(input) ? Json::array({input}) : input;
  const auto dimensions =
      static_cast<std::size_t>(integer_field(request, "dimensions").value_or(usual_dimensions));
  const bool in_base64 = string_field(request, "encoding_format") == "base64";
  Json data = Json::array();
  std::size_t tokens = 0;
  for (const auto& one : inputs) {
    tokens += token_count(one);
    const auto vector = vector_of(one.is_string() ? one.get<std::string>() : json_line(one), dimensions);
    data.push_back(
        {{"object", "embedding"},
         {"index", data.size()},
         {"embedding", in_base64 ? Json(base64_encode(little_endian_bytes(vector))) : Json(vector)}});
  }
  return {{"object", "list"},
          {"data", std::move(data)},
          {"model", model},
          {"usage", {{"prompt_tokens", tokens}, {"total_tokens", tokens}}}};
}

} // namespace chutes::sandbox
