#include "sandbox/models/media.hpp"

#include "base/base64.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace chutes::sandbox {
namespace {

constexpr std::string_view jpeg_in_base64 =
    "/9j/4AAQSkZJRgABAQAAAQABAAD/"
    "2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
    "AQEBAQEBAQH/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//"
    "Z";

std::string little_endian(std::uint32_t value, int bytes) {
  std::string text;
  for (int index = 0; index < bytes; ++index)
    text += static_cast<char>((value >> (8 * index)) & 0xFFU);
  return text;
}

enum class FieldType { text, whole, number, texts };

// A field of the image request; null is allowed if it is `optional`.
struct ImageField {
  std::string_view name;
  FieldType type;
  double lowest;
  double highest;
  bool optional = false;
};
constexpr std::array image_fields{
    ImageField{"prompt", FieldType::text, 0, 0},
    ImageField{"negative_prompt", FieldType::text, 0, 0},
    ImageField{"height", FieldType::whole, 128, 2048},
    ImageField{"width", FieldType::whole, 128, 2048},
    ImageField{"num_inference_steps", FieldType::whole, 1, 50},
    ImageField{"guidance_scale", FieldType::number, 1, 20},
    ImageField{"img_guidance_scale", FieldType::number, 1, 20},
    ImageField{"true_cfg_scale", FieldType::number, 0, 10, true},
    ImageField{"seed", FieldType::whole, 0, 4294967295.0, true},
    ImageField{"image_b64", FieldType::texts, 0, 0, true},
};

bool all_texts(const Json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const Json& element) { return element.is_string(); });
}

bool value_fits(const ImageField& field, const Json& request) {
  const Json& value = request.at(std::string{field.name});
  if (value.is_null())
    return field.optional;
  if (field.type == FieldType::text)
    return value.is_string();
  if (field.type == FieldType::texts)
    return all_texts(value);
  // The service accepts numbers in strings.
  std::optional<double> number = number_field(request, field.name);
  if (field.type == FieldType::whole && !integer_field(request, field.name))
    number.reset();
  return number && *number >= field.lowest && *number <= field.highest;
}

} // namespace

std::string tiny_jpeg() {
  return *base64_decode(jpeg_in_base64);
}

std::string speech_wav(std::string_view text) {
  constexpr std::uint32_t rate = 8000;
  constexpr std::size_t samples_per_byte = rate / 50;
  std::string samples;
  for (const char c : text)
    for (std::size_t index = 0; index < samples_per_byte; ++index)
      samples += static_cast<char>(index / (1U + static_cast<unsigned char>(c) % 16U) % 2 == 0 ? 96 : 160);
  const auto size = static_cast<std::uint32_t>(samples.size());
  return "RIFF" + little_endian(36 + size, 4) + "WAVEfmt " + little_endian(16, 4) + little_endian(1, 2) +
         little_endian(1, 2) + little_endian(rate, 4) + little_endian(rate, 4) + little_endian(1, 2) +
         little_endian(8, 2) + "data" + little_endian(size, 4) + samples;
}

std::string pattern_bytes(std::size_t offset, std::size_t size) {
  constexpr std::size_t period = 251;
  std::string bytes(size, '\0');
  for (std::size_t index = 0; index < size; ++index)
    bytes[index] = static_cast<char>((offset + index) % period);
  return bytes;
}

bool is_valid_image_request(const Json& request) {
  if (!string_field(request, "prompt"))
    return false;
  const auto known = [&request](const std::string& name) {
    const auto* field = std::find_if(image_fields.begin(), image_fields.end(),
                                     [&name](const ImageField& candidate) { return candidate.name == name; });
    return field != image_fields.end() && value_fits(*field, request);
  };
  // These are removed before the check, because they only select the chute.
  const auto only_selects = [](const std::string& name) {
    return name == "model" || name == "cord" || name == "method";
  };
  for (const auto& [name, value] : request.items())
    if (!only_selects(name) && !known(name))
      return false;
  return true;
}

} // namespace chutes::sandbox
