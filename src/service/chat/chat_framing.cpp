#include "service/chat/chat_framing.hpp"

#include "base/ascii.hpp"
#include "base/media_type.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>

namespace chutes::service {
namespace {

constexpr std::array<std::string_view, 5> fields{":", "data:", "event:", "id:", "retry:"};
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool begins_event(std::string_view text) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](std::string_view field) { return text.starts_with(field); });
}

// Whether it takes more bytes to tell.
bool may_begin_event(std::string_view text) {
  return byte_order_mark.starts_with(text) ||
         std::any_of(fields.begin(), fields.end(),
                     [&](std::string_view field) { return field.starts_with(text); });
}

} // namespace

Framing framing_of(std::string_view content_type, std::string_view first_bytes, Framing asked) {
  const auto text = trim(without_byte_order_mark(trim(first_bytes)));
  if (begins_event(text))
    return Framing::events;
  if (may_begin_event(text))
    return Framing::undecided;
  if (text.front() == '{' || text.front() == '[')
    return Framing::document;
  if (starts_with_ignoring_case(trim(content_type), "text/event-stream"))
    return Framing::events;
  return is_json_type(std::string{content_type}) ? Framing::document : asked;
}

} // namespace chutes::service
