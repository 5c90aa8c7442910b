#include "base/media_type.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>

namespace chutes {
namespace {

struct Extension {
  std::string_view type;
  const char* extension;
};
constexpr std::array<Extension, 20> extensions{
    {{"image/jpeg", ".jpg"},        {"image/png", ".png"},         {"image/webp", ".webp"},
     {"image/gif", ".gif"},         {"image/bmp", ".bmp"},         {"image/svg+xml", ".svg"},
     {"audio/wav", ".wav"},         {"audio/x-wav", ".wav"},       {"audio/mpeg", ".mp3"},
     {"audio/ogg", ".ogg"},         {"audio/flac", ".flac"},       {"video/mp4", ".mp4"},
     {"video/webm", ".webm"},       {"application/json", ".json"}, {"application/pdf", ".pdf"},
     {"application/zip", ".zip"},   {"model/gltf-binary", ".glb"}, {"text/html", ".html"},
     {"text/event-stream", ".txt"}, {"text/plain", ".txt"}}};

// The marks of the formats' own specifications.
struct Mark {
  std::size_t offset;
  std::string_view bytes;
  const char* type;
};
constexpr std::array<Mark, 14> marks{{{0, "\x89PNG\r\n\x1A\n", "image/png"},
                                      {0, "\xFF\xD8\xFF", "image/jpeg"},
                                      {0, "GIF87a", "image/gif"},
                                      {0, "GIF89a", "image/gif"},
                                      {8, "WEBP", "image/webp"},
                                      {8, "WAVE", "audio/wav"},
                                      {4, "ftyp", "video/mp4"},
                                      {0, "\x1A\x45\xDF\xA3", "video/webm"},
                                      {0, "OggS", "audio/ogg"},
                                      {0, "fLaC", "audio/flac"},
                                      {0, "ID3", "audio/mpeg"},
                                      {0, "%PDF-", "application/pdf"},
                                      {0, "PK\x03\x04", "application/zip"},
                                      {0, "glTF", "model/gltf-binary"}}};

// "BM" alone is how many a text begins: the two reserved words behind the size are zero.
bool is_bitmap(std::string_view bytes) {
  constexpr std::size_t reserved_at = 6;
  return bytes.starts_with("BM") &&
         bytes.substr(std::min(reserved_at, bytes.size()), 4) == std::string_view{"\0\0\0\0", 4};
}

} // namespace

std::string bare_type(const std::string& content_type) {
  std::string type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' '))
    type.pop_back();
  return lower(type);
}

bool is_json_type(const std::string& content_type) {
  const auto type = bare_type(content_type);
  return type == "application/json" || type.ends_with("+json");
}

bool is_text_type(const std::string& content_type) {
  const auto type = bare_type(content_type);
  return type.empty() || type.starts_with("text/") || is_json_type(type) || type.ends_with("+xml") ||
         type == "application/xml" || type == "application/x-ndjson" || type == "application/jsonl";
}

const char* extension_of(const std::string& content_type) {
  const auto type = bare_type(content_type);
  const auto found = std::find_if(extensions.begin(), extensions.end(),
                                  [&](const Extension& row) { return row.type == type; });
  return found == extensions.end() ? ".bin" : found->extension;
}

bool is_media_name(const std::string& path) {
  const auto name = lower(path);
  return name.ends_with(".jpeg") ||
         std::any_of(extensions.begin(), extensions.end(), [&](const Extension& row) {
           const bool media = row.type.starts_with("image/") || row.type.starts_with("audio/") ||
                              row.type.starts_with("video/");
           return media && name.ends_with(row.extension);
         });
}

std::string type_of_bytes(std::string_view bytes) {
  for (const auto& mark : marks) {
    const bool container = mark.offset == 8 && !bytes.starts_with("RIFF");
    if (!container && bytes.size() > mark.offset && bytes.substr(mark.offset).starts_with(mark.bytes))
      return mark.type;
  }
  return is_bitmap(bytes) ? "image/bmp" : "";
}

} // namespace chutes
