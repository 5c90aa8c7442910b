// What the image and echo chutes answer with: bytes that are always the same and that ordinary programs can
// open.
#pragma once

#include "base/json_fields.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace chutes::sandbox {

// A grey baseline JPEG of 8 by 8 pixels.
[[nodiscard]] std::string tiny_jpeg();
// RIFF/WAVE, 8 kHz, 8 bits, one channel: 20 ms of a tone for each byte of `text`.
[[nodiscard]] std::string spoken(std::string_view text);
// `size` bytes of an endless pattern that starts at `offset`: byte n is n modulo 251, a prime, so that a lost
// block shows.
[[nodiscard]] std::string pattern_bytes(std::size_t offset, std::size_t size);

// Whether POST /generate takes this body: only known fields, in their types and ranges.
[[nodiscard]] bool image_request_fits(const Json& request);

// One embedding for each input, `dimensions` long; the same text gives the same vector.
[[nodiscard]] Json embeddings(const Json& input, const std::string& model, std::size_t dimensions);

} // namespace chutes::sandbox
