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
// The first row of an extension is the type's registered name; others are names that servers use.
constexpr std::array<Extension, 53> extensions{{{"image/jpeg", ".jpg"},
                                                {"image/jpg", ".jpg"},
                                                {"image/pjpeg", ".jpg"},
                                                {"image/png", ".png"},
                                                {"image/webp", ".webp"},
                                                {"image/gif", ".gif"},
                                                {"image/bmp", ".bmp"},
                                                {"image/svg+xml", ".svg"},
                                                {"image/avif", ".avif"},
                                                {"image/heic", ".heic"},
                                                {"image/heif", ".heif"},
                                                {"image/tiff", ".tiff"},
                                                {"audio/wav", ".wav"},
                                                {"audio/x-wav", ".wav"},
                                                {"audio/wave", ".wav"},
                                                {"audio/vnd.wave", ".wav"},
                                                {"audio/mpeg", ".mp3"},
                                                {"audio/mp3", ".mp3"},
                                                {"audio/ogg", ".ogg"},
                                                {"audio/opus", ".opus"},
                                                {"audio/flac", ".flac"},
                                                {"audio/x-flac", ".flac"},
                                                {"audio/aac", ".aac"},
                                                {"audio/mp4", ".m4a"},
                                                {"audio/x-m4a", ".m4a"},
                                                {"audio/webm", ".weba"},
                                                {"video/mp4", ".mp4"},
                                                {"video/webm", ".webm"},
                                                {"video/ogg", ".ogv"},
                                                {"video/quicktime", ".mov"},
                                                {"video/x-matroska", ".mkv"},
                                                {"application/json", ".json"},
                                                {"text/json", ".json"},
                                                {"application/x-ndjson", ".jsonl"},
                                                {"application/jsonl", ".jsonl"},
                                                {"application/xml", ".xml"},
                                                {"text/xml", ".xml"},
                                                {"application/yaml", ".yaml"},
                                                {"application/pdf", ".pdf"},
                                                {"application/zip", ".zip"},
                                                {"application/gzip", ".gz"},
                                                {"application/x-tar", ".tar"},
                                                {"model/gltf-binary", ".glb"},
                                                {"model/gltf+json", ".gltf"},
                                                {"text/html", ".html"},
                                                {"text/css", ".css"},
                                                {"text/csv", ".csv"},
                                                {"text/javascript", ".js"},
                                                {"text/markdown", ".md"},
                                                {"text/x-markdown", ".md"},
                                                {"text/vtt", ".vtt"},
                                                {"application/x-subrip", ".srt"},
                                                {"text/plain", ".txt"}}};

// The marks of the formats' own specifications, or what a name for them leaves open.
struct Mark {
  std::size_t offset;
  std::string_view bytes;
  const char* type;
};
constexpr std::array<Mark, 29> marks{{{0, "\x89PNG\r\n\x1A\n", "image/png"},
                                      {0, "\xFF\xD8\xFF", "image/jpeg"},
                                      {0, "GIF87a", "image/gif"},
                                      {0, "GIF89a", "image/gif"},
                                      {0, {"II*\0", 4}, "image/tiff"},
                                      {0, {"MM\0*", 4}, "image/tiff"},
                                      {8, "WEBP", "image/webp"},
                                      {8, "WAVE", "audio/wav"},
                                      {4, "ftypavif", "image/avif"}, // ISO 14496-12: the major brand
                                      {4, "ftypavis", "image/avif"},
                                      {4, "ftypheic", "image/heic"},
                                      {4, "ftypheix", "image/heic"},
                                      {4, "ftyphevc", "image/heic"},
                                      {4, "ftypmif1", "image/heif"},
                                      {4, "ftypM4A ", "audio/mp4"},
                                      {4, "ftypqt  ", "video/quicktime"},
                                      {4, "ftyp", "video/mp4"},
                                      {0, "\x1A\x45\xDF\xA3", "video/webm"},
                                      {0, "OggS", "audio/ogg"},
                                      {0, "fLaC", "audio/flac"},
                                      {0, "ID3", "audio/mpeg"},
                                      {0, "\xFF\xFB", "audio/mpeg"}, // the sync words of MPEG layer III
                                      {0, "\xFF\xF3", "audio/mpeg"},
                                      {0, "\xFF\xF2", "audio/mpeg"},
                                      {0, "\xFF\xF1", "audio/aac"},
                                      {0, "\xFF\xF9", "audio/aac"},
                                      {0, "PK\x03\x04", "application/zip"},
                                      {0, "\x1F\x8B\x08", "application/gzip"},
                                      {0, "glTF", "model/gltf-binary"}}};

// "BM" alone is how many a text begins: the two reserved words behind the size are zero.
bool is_bitmap(std::string_view bytes) {
  constexpr std::size_t reserved_at = 6;
  return bytes.starts_with("BM") &&
         bytes.substr(std::min(reserved_at, bytes.size()), 4) == std::string_view{"\0\0\0\0", 4};
}

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

// Whether a mark of letters alone ("GIF89a", "ID3") begins a text: no file of these formats goes on without a
// NUL or another control character.
bool begins_text(const Mark& mark, std::string_view head) {
  constexpr char escape = 0x1B;
  return std::all_of(mark.bytes.begin(), mark.bytes.end(), is_printable) &&
         std::none_of(head.begin(), head.end(),
                      [](char c) { return c >= 0 && c < ' ' && !is_space(c) && c != escape; });
}

// "%PDF-1.7" and the end of its line: a PDF may be all text, and texts are about PDF.
bool is_pdf(std::string_view bytes) {
  constexpr std::size_t size = 8;
  return (bytes.starts_with("%PDF-1.") || bytes.starts_with("%PDF-2.")) && bytes.size() > size &&
         is_digit(bytes[size - 1]) && (bytes[size] == '\n' || bytes[size] == '\r');
}

} // namespace

std::string bare_type(const std::string& content_type) {
  return lower(trim(std::string_view{content_type}.substr(0, content_type.find(';'))));
}

bool is_json_type(const std::string& content_type) {
  const auto type = bare_type(content_type);
  return type == "application/json" || type == "text/json" || type.ends_with("+json");
}

bool is_text_type(const std::string& content_type) {
  constexpr std::array<std::string_view, 7> texts{"application/xml",
                                                  "application/x-ndjson",
                                                  "application/jsonl",
                                                  "application/yaml",
                                                  "application/x-subrip",
                                                  "application/javascript",
                                                  "application/x-www-form-urlencoded"};
  const auto type = bare_type(content_type);
  return type.empty() || type.starts_with("text/") || is_json_type(type) || type.ends_with("+xml") ||
         std::find(texts.begin(), texts.end(), type) != texts.end();
}

const char* extension_of(const std::string& content_type) {
  const auto type = bare_type(content_type);
  const auto found = std::find_if(extensions.begin(), extensions.end(),
                                  [&](const Extension& row) { return row.type == type; });
  if (found != extensions.end())
    return found->extension;
  if (type.ends_with("+json"))
    return ".json";
  if (type.ends_with("+xml"))
    return ".xml";
  return type.starts_with("text/") ? ".txt" : ".bin";
}

bool is_media_type(const std::string& type) {
  return type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/");
}

bool is_media_name(const std::string& path) {
  const auto name = lower(path);
  return name.ends_with(".jpeg") || name.ends_with(".tif") ||
         std::any_of(extensions.begin(), extensions.end(), [&](const Extension& row) {
           return is_media_type(std::string{row.type}) && name.ends_with(row.extension);
         });
}

std::string type_of_bytes(std::string_view bytes) {
  constexpr std::size_t most_looked_at = 4096;
  const auto head = bytes.substr(0, most_looked_at);
  if (is_pdf(head))
    return "application/pdf";
  for (const auto& mark : marks) {
    const bool container = mark.offset == 8 && !head.starts_with("RIFF");
    if (!container && head.size() > mark.offset && head.substr(mark.offset).starts_with(mark.bytes) &&
        !begins_text(mark, head))
      return mark.type;
  }
  return is_bitmap(head) ? "image/bmp" : "";
}

} // namespace chutes
