// Kinds of content: what bytes are by their first few, and what files of a kind are called.
#pragma once

#include <string>
#include <string_view>

namespace chutes {

// "image/jpeg" of "Image/JPEG; q=1".
[[nodiscard]] std::string bare_type(const std::string& content_type);

// Whether that type is JSON: "application/json", "application/problem+json".
[[nodiscard]] bool is_json_type(const std::string& content_type);

// Whether content of that type is text that a terminal can show. An empty type counts as text.
[[nodiscard]] bool is_text_type(const std::string& content_type);

// ".jpg" of "image/jpeg; q=1"; ".json", ".xml" and ".txt" for other types of these kinds; else ".bin".
[[nodiscard]] const char* extension_of(const std::string& content_type);

// Whether the type, without parameters, is that of a picture, a sound or a film.
[[nodiscard]] bool is_media_type(const std::string& type);

// Whether a file of this name is called like a picture, a sound or a film: "out/cat.PNG".
[[nodiscard]] bool is_media_name(const std::string& path);

// The type of a picture, a sound, a film or another known file by the mark it begins with; empty: unknown, or
// what follows the mark is text.
[[nodiscard]] std::string type_of_bytes(std::string_view bytes);

} // namespace chutes
