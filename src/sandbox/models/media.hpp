// The media that the image and echo chutes return: constant, and valid for ordinary programs.
#pragma once

#include "base/json_fields.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace chutes::sandbox {

// Returns a grey baseline JPEG of 8 by 8 pixels.
[[nodiscard]] std::string tiny_jpeg();
// Returns RIFF/WAVE, 8 kHz, 8 bits, one channel: 20 ms of a tone for each byte of `text`.
[[nodiscard]] std::string speech_wav(std::string_view text);
// Returns `size` bytes at `offset` of an endless pattern: byte n is n modulo 251, a prime, so that a lost
// block is detected.
[[nodiscard]] std::string pattern_bytes(std::size_t offset, std::size_t size);

// Whether POST /generate accepts this body: only known fields of the right type and range.
[[nodiscard]] bool is_valid_image_request(const Json& request);

} // namespace chutes::sandbox
