#include "session/stored_json.hpp"

#include "session/unreadable_record.hpp"

#include <nlohmann/json.hpp>

namespace chutes::session {
namespace {

constexpr int newest_version = 1;

[[noreturn]] void damaged(const RecordKind& kind) {
  throw UnreadableRecord{"the " + kind.name + " is damaged", kind.remedy};
}

} // namespace

Json read_stored(const Secret& text, const RecordKind& kind) {
  auto document = parse_json(text.reveal());
  if (!document)
    damaged(kind);
  const auto version = integer_field(*document, "version");
  if (!version)
    damaged(kind);
  if (*version > newest_version)
    throw UnreadableRecord{"the " + kind.name + " was written by a newer version of this program",
                           "use that version, or " + kind.remedy};
  return std::move(*document);
}

std::string stored_text(const Json& document, std::string_view name, const RecordKind& kind) {
  auto text = string_field(document, name);
  if (!text)
    damaged(kind);
  return std::move(*text);
}

} // namespace chutes::session
