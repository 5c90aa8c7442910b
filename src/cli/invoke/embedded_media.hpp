// Finds images, audio and video that a JSON document holds as text. Pure.
#pragma once

#include "base/json_fields.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

struct EmbeddedMedia {
  std::string type; // "image/png"
  std::string bytes;
};

// Returns the media in the document's order: base64 data: URLs (RFC 2397), and strings of plain base64 that
// decode to a known type of image, audio or video; base64 of any kind (base64_decode_any).
[[nodiscard]] std::vector<EmbeddedMedia> embedded_media(const Json& document);

} // namespace chutes::cli
