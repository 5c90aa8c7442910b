#include "cli/invoke/embedded_media.hpp"

#include "base/base64.hpp"
#include "base/media_type.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string_view>

namespace chutes::cli {
namespace {

bool is_media(const std::string& type) {
  return type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/");
}

// "data:image/png;base64,…"
std::optional<EmbeddedMedia> from_data_url(std::string_view text) {
  constexpr std::string_view scheme = "data:";
  constexpr std::string_view encoding = ";base64,";
  const auto comma = text.find(encoding);
  if (!text.starts_with(scheme) || comma == std::string_view::npos)
    return std::nullopt;
  const auto type = bare_type(std::string{text.substr(scheme.size(), comma - scheme.size())});
  auto bytes = base64_decode(text.substr(comma + encoding.size()));
  return bytes && is_media(type) ? std::optional{EmbeddedMedia{type, std::move(*bytes)}} : std::nullopt;
}

// Decodes the first characters to look for the signature of a known type before decoding a long text.
std::optional<EmbeddedMedia> from_base64(std::string_view text) {
  constexpr std::size_t head = 24; // characters, 18 bytes: longer than any signature
  if (text.size() <= head)
    return std::nullopt;
  const auto first = base64_decode(text.substr(0, head));
  const auto type = first ? type_of_bytes(*first) : "";
  if (!is_media(type))
    return std::nullopt;
  auto bytes = base64_decode(text);
  return bytes ? std::optional{EmbeddedMedia{type, std::move(*bytes)}} : std::nullopt;
}

std::optional<EmbeddedMedia> media_of(const Json& value) {
  if (!value.is_string())
    return std::nullopt;
  const std::string_view text = value.get_ref<const std::string&>();
  return text.starts_with("data:") ? from_data_url(text) : from_base64(text);
}

} // namespace

std::vector<EmbeddedMedia> embedded_media(const Json& document) {
  std::vector<EmbeddedMedia> found;
  std::vector<const Json*> ahead{&document};
  while (!ahead.empty()) {
    const Json& value = *ahead.back();
    ahead.pop_back();
    if (auto media = media_of(value))
      found.push_back(std::move(*media));
    if (value.is_structured()) {
      const auto before = static_cast<std::ptrdiff_t>(ahead.size());
      for (const auto& item : value)
        ahead.push_back(&item);
      std::reverse(ahead.begin() + before, ahead.end()); // so that the first is taken next
    }
  }
  return found;
}

} // namespace chutes::cli
