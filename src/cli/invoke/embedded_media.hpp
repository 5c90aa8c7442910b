// Pictures, sounds and films that stand inside a JSON document as text. Pure.
#pragma once

#include "base/json_fields.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

struct EmbeddedMedia {
  std::string type; // "image/png"
  std::string bytes;
};

// All of them in the document's order: data: URLs in base64 (RFC 2397), and strings of bare base64 that
// decode to a known kind of picture, sound or film.
[[nodiscard]] std::vector<EmbeddedMedia> embedded_media(const Json& document);

} // namespace chutes::cli
