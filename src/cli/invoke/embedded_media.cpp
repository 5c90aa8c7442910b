#include "cli/invoke/embedded_media.hpp"

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/form.hpp"
#include "base/media_type.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string_view>

namespace chutes::cli {
namespace {

constexpr std::string_view scheme = "data:";

// "data:image/png;base64,…"; the data may be percent-encoded, as all of a URL.
std::optional<EmbeddedMedia> from_data_url(std::string_view text) {
  const auto comma = std::min(text.find(','), text.size());
  const auto head = lower(text.substr(scheme.size(), std::max(comma, scheme.size()) - scheme.size()));
  const auto type = bare_type(head);
  if (!trim(head).ends_with(";base64") || !is_media_type(type))
    return std::nullopt;
  const auto data = text.substr(comma + 1);
  const auto decoded = data.find('%') == std::string_view::npos ? std::nullopt : percent_decode(data);
  auto bytes = base64_decode_any(decoded ? std::string_view{*decoded} : data);
  return bytes ? std::optional{EmbeddedMedia{type, std::move(*bytes)}} : std::nullopt;
}

// The first characters of base64, without line ends between them.
std::string head_of(std::string_view text) {
  constexpr std::size_t most = 64; // 48 bytes: longer than any signature
  std::string head;
  for (std::size_t at = 0; at < text.size() && head.size() < most; ++at)
    if (!is_space(text[at]))
      head += text[at];
  return head;
}

// Decodes the first characters to look for the signature of a known type before decoding a long text.
std::optional<EmbeddedMedia> from_base64(std::string_view text) {
  constexpr std::size_t shortest = 24; // characters
  const auto head = head_of(text);
  if (head.size() <= shortest)
    return std::nullopt;
  const auto first = base64_decode_any(head);
  const auto type = first ? type_of_bytes(*first) : "";
  if (!is_media_type(type))
    return std::nullopt;
  auto bytes = base64_decode_any(text);
  return bytes ? std::optional{EmbeddedMedia{type, std::move(*bytes)}} : std::nullopt;
}

std::optional<EmbeddedMedia> media_of(const Json& value) {
  if (!value.is_string())
    return std::nullopt;
  const std::string_view text = value.get_ref<const std::string&>();
  return starts_with_ignoring_case(text, scheme) ? from_data_url(text) : from_base64(text);
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
